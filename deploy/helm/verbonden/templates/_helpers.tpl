{{- define "verbonden.labels" -}}
app.kubernetes.io/name: verbonden
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{/* What selects the pods of one part: (list . "gateway") */}}
{{- define "verbonden.selector" -}}
app.kubernetes.io/name: verbonden
app.kubernetes.io/instance: {{ (index . 0).Release.Name }}
app.kubernetes.io/component: {{ index . 1 }}
{{- end }}

{{- define "verbonden.name" -}}
{{ (index . 0).Release.Name }}-{{ index . 1 }}
{{- end }}

{{- define "verbonden.redisHost" -}}
{{ .Values.redis.host | default (printf "%s-redis" .Release.Name) }}
{{- end }}

{{/* The same for every pod: nobody is root, nothing is written, nothing may be gained. */}}
{{- define "verbonden.podSecurity" -}}
automountServiceAccountToken: false
enableServiceLinks: false
securityContext:
  runAsNonRoot: true
  runAsUser: 10001
  runAsGroup: 10001
  fsGroup: 10001
  seccompProfile: {type: RuntimeDefault}
{{- end }}

{{- define "verbonden.containerSecurity" -}}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: {drop: [ALL]}
{{- end }}

{{/* Copies go to different machines and zones as far as there are any. */}}
{{- define "verbonden.spread" -}}
topologySpreadConstraints:
  - maxSkew: 1
    topologyKey: kubernetes.io/hostname
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels: {{- include "verbonden.selector" . | nindent 8 }}
  - maxSkew: 1
    topologyKey: topology.kubernetes.io/zone
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels: {{- include "verbonden.selector" . | nindent 8 }}
{{- end }}

{{/* Settings of the gateways, the actions and the migrations. */}}
{{- define "verbonden.environment" -}}
envFrom:
  - configMapRef: {name: {{ include "verbonden.name" (list . "settings") }}}
  - secretRef: {name: {{ .Values.secretName }}}
env:
  - name: REDIS_PASSWORD
    valueFrom: {secretKeyRef: {name: {{ .Values.secretName }}, key: REDIS_PASSWORD}}
  - name: VERBONDEN_REDIS_URL
    value: {{ printf "%s://:$(REDIS_PASSWORD)@%s:%v/0" (ternary "rediss" "redis" .Values.redis.tls) (include "verbonden.redisHost" .) .Values.redis.port | quote }}
{{- end }}

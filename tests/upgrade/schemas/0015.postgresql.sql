SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;
CREATE FUNCTION public.audit_seal_append_only() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
       begin
         raise exception 'audit_seal is append only' using errcode = 'integrity_constraint_violation';
       end $$;
CREATE FUNCTION public.lookup_append_only() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
       begin
         if tg_op = 'DELETE' then
           if exists (select 1 from audit_horizon h where old.at < h.before) then
             return old;
           end if;
         end if;
         raise exception 'lookup is append only' using errcode = 'integrity_constraint_violation';
       end $$;
CREATE FUNCTION public.managed_change_append_only() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
       begin
         raise exception 'managed_change is append only' using errcode = 'integrity_constraint_violation';
       end $$;
SET default_tablespace = '';
SET default_table_access_method = heap;
CREATE TABLE public.access_grant (
    id integer NOT NULL,
    conversation_id character varying(36) NOT NULL,
    staff_id character varying(36) NOT NULL,
    staff_name character varying(120) NOT NULL,
    organisation character varying(40) NOT NULL,
    reason text NOT NULL,
    at timestamp without time zone NOT NULL,
    until timestamp without time zone NOT NULL
);
CREATE SEQUENCE public.access_grant_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.access_grant_id_seq OWNED BY public.access_grant.id;
CREATE TABLE public.alembic_version (
    version_num character varying(32) NOT NULL
);
CREATE TABLE public.attachment (
    id character varying(36) NOT NULL,
    conversation_id character varying(36) NOT NULL,
    message_id integer NOT NULL,
    "position" integer NOT NULL,
    name character varying(120) NOT NULL,
    mime character varying(80) NOT NULL,
    kind character varying(8) NOT NULL,
    size integer NOT NULL,
    scanned boolean NOT NULL,
    source character varying(400),
    state character varying(10) NOT NULL,
    reason character varying(24),
    attempts integer NOT NULL,
    next_at timestamp without time zone,
    created_at timestamp without time zone NOT NULL
);
CREATE TABLE public.attachment_bytes (
    attachment_id character varying(36) NOT NULL,
    data bytea NOT NULL
);
CREATE TABLE public.attempt (
    id integer NOT NULL,
    kind character varying(24) NOT NULL,
    subject_hash character varying(64) NOT NULL,
    at timestamp without time zone NOT NULL
);
CREATE SEQUENCE public.attempt_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.attempt_id_seq OWNED BY public.attempt.id;
CREATE TABLE public.audit_horizon (
    id integer NOT NULL,
    before timestamp without time zone NOT NULL
);
CREATE TABLE public.audit_seal (
    seq integer NOT NULL,
    kind character varying(40) NOT NULL,
    record_id integer NOT NULL,
    at timestamp without time zone NOT NULL,
    key character varying(12) NOT NULL,
    digest character varying(64) NOT NULL,
    link character varying(64) NOT NULL
);
CREATE TABLE public.callback (
    id integer NOT NULL,
    conversation_id character varying(36) NOT NULL,
    organisation character varying(40),
    topic character varying(200),
    channel character varying(16) NOT NULL,
    language character varying(8) NOT NULL,
    urgency character varying(8) NOT NULL,
    number character varying(20),
    question text NOT NULL,
    window_from timestamp without time zone NOT NULL,
    window_until timestamp without time zone NOT NULL,
    due_at timestamp without time zone NOT NULL,
    state character varying(12) NOT NULL,
    version integer NOT NULL,
    attempts integer NOT NULL,
    taken_by character varying(36),
    taken_name character varying(120),
    requested_by character varying(120) NOT NULL,
    told_late boolean NOT NULL,
    created_at timestamp without time zone NOT NULL,
    settled_at timestamp without time zone
);
CREATE TABLE public.callback_event (
    id integer NOT NULL,
    callback_id integer NOT NULL,
    what character varying(16) NOT NULL,
    actor character varying(120) NOT NULL,
    actor_name character varying(120) NOT NULL,
    note text NOT NULL,
    at timestamp without time zone NOT NULL
);
CREATE SEQUENCE public.callback_event_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.callback_event_id_seq OWNED BY public.callback_event.id;
CREATE SEQUENCE public.callback_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.callback_id_seq OWNED BY public.callback.id;
CREATE TABLE public.contact_job (
    id integer NOT NULL,
    conversation_id character varying(36) NOT NULL,
    up_to_seq integer NOT NULL,
    closing boolean NOT NULL,
    state character varying(12) NOT NULL,
    content json NOT NULL,
    attempts integer NOT NULL,
    next_at timestamp without time zone NOT NULL,
    lease character varying(64),
    error character varying(80),
    created_at timestamp without time zone NOT NULL,
    done_at timestamp without time zone
);
CREATE SEQUENCE public.contact_job_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.contact_job_id_seq OWNED BY public.contact_job.id;
CREATE TABLE public.conversation (
    id character varying(36) NOT NULL,
    channel character varying(16) NOT NULL,
    address character varying(128) NOT NULL,
    state character varying(24) NOT NULL,
    epoch integer NOT NULL,
    bot_session integer NOT NULL,
    last_seq integer NOT NULL,
    language character varying(8) NOT NULL,
    trust character varying(16) NOT NULL,
    trust_until timestamp without time zone,
    topic character varying(200),
    product character varying(80),
    organisation character varying(40),
    outcome character varying(24),
    urgency character varying(8) NOT NULL,
    reason character varying(24),
    facts json NOT NULL,
    summary json,
    owner_id character varying(36),
    owner_name character varying(120),
    owner_organisation character varying(40),
    queued_at timestamp without time zone,
    pending integer NOT NULL,
    pending_since timestamp without time zone,
    lease character varying(64),
    lease_until timestamp without time zone,
    follows character varying(36),
    closing json,
    created_at timestamp without time zone NOT NULL,
    updated_at timestamp without time zone NOT NULL,
    team character varying(40)
);
CREATE TABLE public.daily_figure (
    day date NOT NULL,
    channel character varying(16) NOT NULL,
    team character varying(40) NOT NULL,
    organisation character varying(40) NOT NULL,
    conversations integer NOT NULL,
    by_bot integer NOT NULL,
    by_human integer NOT NULL,
    not_helped integer NOT NULL,
    reopened integer NOT NULL,
    wrong_counter integer NOT NULL,
    answered integer NOT NULL,
    in_target integer NOT NULL,
    waited_seconds integer NOT NULL,
    longest_seconds integer NOT NULL,
    transferred integer NOT NULL,
    refused integer NOT NULL,
    callbacks integer NOT NULL,
    called integer NOT NULL,
    not_reached integer NOT NULL,
    rated integer NOT NULL,
    rating_sum integer NOT NULL,
    rated_low integer NOT NULL
);
CREATE TABLE public.daily_topic (
    day date NOT NULL,
    channel character varying(16) NOT NULL,
    team character varying(40) NOT NULL,
    organisation character varying(40) NOT NULL,
    topic character varying(200) NOT NULL,
    conversations integer NOT NULL
);
CREATE TABLE public.daily_wait (
    day date NOT NULL,
    channel character varying(16) NOT NULL,
    team character varying(40) NOT NULL,
    organisation character varying(40) NOT NULL,
    minutes integer NOT NULL,
    conversations integer NOT NULL
);
CREATE TABLE public.digid_session (
    conversation_id character varying(36) NOT NULL,
    sealed_bsn text NOT NULL,
    begun_at timestamp without time zone NOT NULL,
    expires_at timestamp without time zone NOT NULL
);
CREATE TABLE public.forgetting (
    id integer NOT NULL,
    conversation character varying(36) NOT NULL,
    sessions json NOT NULL,
    erased_at timestamp without time zone NOT NULL,
    next_at timestamp without time zone NOT NULL,
    attempts integer NOT NULL
);
CREATE SEQUENCE public.forgetting_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.forgetting_id_seq OWNED BY public.forgetting.id;
CREATE TABLE public.job (
    name character varying(40) NOT NULL,
    holder character varying(64),
    held_until timestamp without time zone,
    done_at timestamp without time zone
);
CREATE TABLE public.lookup (
    id integer NOT NULL,
    conversation_id character varying(36) NOT NULL,
    actor character varying(120) NOT NULL,
    case_number character varying(64) NOT NULL,
    purpose character varying(80) NOT NULL,
    trust character varying(16) NOT NULL,
    outcome character varying(24) NOT NULL,
    at timestamp without time zone NOT NULL
);
CREATE SEQUENCE public.lookup_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.lookup_id_seq OWNED BY public.lookup.id;
CREATE TABLE public.managed (
    kind character varying(24) NOT NULL,
    key character varying(120) NOT NULL,
    value json,
    version integer NOT NULL
);
CREATE TABLE public.managed_change (
    id integer NOT NULL,
    kind character varying(24) NOT NULL,
    key character varying(120) NOT NULL,
    version integer NOT NULL,
    old json,
    new json,
    actor character varying(36) NOT NULL,
    actor_name character varying(120) NOT NULL,
    at timestamp without time zone NOT NULL
);
CREATE SEQUENCE public.managed_change_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.managed_change_id_seq OWNED BY public.managed_change.id;
CREATE TABLE public.mention (
    id integer NOT NULL,
    conversation_id character varying(36) NOT NULL,
    seq integer NOT NULL,
    staff_id character varying(36) NOT NULL,
    by_id character varying(36) NOT NULL,
    by_name character varying(120) NOT NULL,
    created_at timestamp without time zone NOT NULL,
    done_at timestamp without time zone
);
CREATE SEQUENCE public.mention_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.mention_id_seq OWNED BY public.mention.id;
CREATE TABLE public.message (
    id integer NOT NULL,
    conversation_id character varying(36) NOT NULL,
    seq integer NOT NULL,
    author character varying(8) NOT NULL,
    author_id character varying(36),
    author_name character varying(120),
    channel character varying(16) NOT NULL,
    provider_id character varying(80),
    text text NOT NULL,
    content json NOT NULL,
    payload character varying(400),
    understanding json,
    epoch integer NOT NULL,
    attempts integer NOT NULL,
    handled_at timestamp without time zone,
    delivery character varying(12),
    created_at timestamp without time zone NOT NULL,
    together integer
);
CREATE SEQUENCE public.message_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.message_id_seq OWNED BY public.message.id;
CREATE TABLE public.notification (
    id integer NOT NULL,
    identity character varying(64) NOT NULL,
    resource character varying(100) NOT NULL,
    action character varying(100) NOT NULL,
    case_uuid character varying(36) NOT NULL,
    state character varying(12) NOT NULL,
    attempts integer NOT NULL,
    next_at timestamp without time zone NOT NULL,
    lease character varying(64),
    error character varying(80),
    received_at timestamp without time zone NOT NULL
);
CREATE SEQUENCE public.notification_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.notification_id_seq OWNED BY public.notification.id;
CREATE TABLE public.oidc_login (
    state_hash character varying(64) NOT NULL,
    purpose character varying(24) NOT NULL,
    browser_hash character varying(64) NOT NULL,
    subject character varying(64) NOT NULL,
    sealed text NOT NULL,
    expires_at timestamp without time zone NOT NULL,
    taken_at timestamp without time zone
);
CREATE TABLE public.one_time_token (
    token_hash character varying(64) NOT NULL,
    purpose character varying(24) NOT NULL,
    conversation_id character varying(36) NOT NULL,
    created_at timestamp without time zone NOT NULL,
    expires_at timestamp without time zone NOT NULL,
    used_at timestamp without time zone
);
CREATE TABLE public.outbox (
    id integer NOT NULL,
    conversation_id character varying(36) NOT NULL,
    message_id integer NOT NULL,
    channel character varying(16) NOT NULL,
    state character varying(12) NOT NULL,
    attempts integer NOT NULL,
    next_at timestamp without time zone NOT NULL,
    lease character varying(64),
    error character varying(80)
);
CREATE SEQUENCE public.outbox_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.outbox_id_seq OWNED BY public.outbox.id;
CREATE TABLE public.partner_address (
    id character varying(36) NOT NULL,
    partner_id character varying(36) NOT NULL,
    channel character varying(16) NOT NULL,
    number character varying(20) NOT NULL,
    conversation_id character varying(36),
    profile_name character varying(80),
    introduced_at timestamp without time zone,
    heard_at timestamp without time zone,
    asked_at timestamp without time zone,
    opted_out_at timestamp without time zone,
    unreachable character varying(16),
    created_at timestamp without time zone NOT NULL
);
CREATE TABLE public.partner_consent (
    id integer NOT NULL,
    partner_id character varying(36) NOT NULL,
    kind character varying(16) NOT NULL,
    channel character varying(16) NOT NULL,
    wording text NOT NULL,
    proof character varying(80) NOT NULL,
    given_at timestamp without time zone NOT NULL,
    withdrawn_at timestamp without time zone
);
CREATE SEQUENCE public.partner_consent_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.partner_consent_id_seq OWNED BY public.partner_consent.id;
CREATE TABLE public.presence (
    staff_id character varying(36) NOT NULL,
    status character varying(8) NOT NULL,
    since timestamp without time zone NOT NULL,
    seen_at timestamp without time zone NOT NULL,
    active_at timestamp without time zone NOT NULL
);
CREATE TABLE public.provider_message (
    id character varying(36) NOT NULL,
    message_id integer NOT NULL,
    part integer NOT NULL,
    address_id character varying(36) NOT NULL,
    channel character varying(16) NOT NULL,
    sid character varying(40),
    state character varying(12) NOT NULL,
    error integer,
    segments integer NOT NULL,
    retries integer NOT NULL,
    first_tried_at timestamp without time zone NOT NULL,
    updated_at timestamp without time zone NOT NULL
);
CREATE TABLE public.rating (
    conversation_id character varying(36) NOT NULL,
    score integer NOT NULL,
    words text NOT NULL,
    at timestamp without time zone NOT NULL
);
CREATE TABLE public.review (
    id integer NOT NULL,
    conversation_id character varying(36) NOT NULL,
    seq integer NOT NULL,
    text text NOT NULL,
    language character varying(8) NOT NULL,
    reasons json NOT NULL,
    thought json,
    state character varying(12) NOT NULL,
    outcome character varying(24),
    organisations json NOT NULL,
    product character varying(80),
    answered_by character varying(36),
    answered_name character varying(120),
    answered_at timestamp without time zone,
    created_at timestamp without time zone NOT NULL
);
CREATE SEQUENCE public.review_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.review_id_seq OWNED BY public.review.id;
CREATE TABLE public.seen_webhook (
    digest character varying(64) NOT NULL,
    at timestamp without time zone NOT NULL
);
CREATE TABLE public.sender_slot (
    sender character varying(40) NOT NULL,
    next_at timestamp without time zone NOT NULL
);
CREATE TABLE public.staff (
    id character varying(36) NOT NULL,
    username character varying(80) NOT NULL,
    name character varying(120) NOT NULL,
    organisation character varying(40) NOT NULL,
    role character varying(20) NOT NULL,
    password_hash character varying(200) NOT NULL,
    demo boolean NOT NULL,
    subject character varying(300)
);
CREATE TABLE public.staff_session (
    id character varying(36) NOT NULL,
    secret_hash character varying(64) NOT NULL,
    previous_hash character varying(64),
    previous_until timestamp without time zone,
    staff_id character varying(36) NOT NULL,
    csrf character varying(64) NOT NULL,
    id_token text,
    created_at timestamp without time zone NOT NULL,
    rotated_at timestamp without time zone NOT NULL,
    seen_at timestamp without time zone NOT NULL,
    active_at timestamp without time zone NOT NULL
);
CREATE TABLE public.subscription (
    id integer NOT NULL,
    conversation_id character varying(36) NOT NULL,
    system_id character varying(40) NOT NULL,
    case_uuid character varying(36) NOT NULL,
    trust character varying(16) NOT NULL,
    wording text NOT NULL,
    stamp character varying(120),
    opted_in_at timestamp without time zone NOT NULL,
    opted_out_at timestamp without time zone,
    due_at timestamp without time zone,
    told_at timestamp without time zone
);
CREATE SEQUENCE public.subscription_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.subscription_id_seq OWNED BY public.subscription.id;
CREATE TABLE public.team (
    id character varying(40) NOT NULL,
    name character varying(120) NOT NULL,
    organisation character varying(40) NOT NULL,
    line character varying(8) NOT NULL,
    skills json NOT NULL,
    origin character varying(8) NOT NULL,
    active boolean NOT NULL
);
CREATE TABLE public.team_member (
    team_id character varying(40) NOT NULL,
    staff_id character varying(36) NOT NULL
);
CREATE TABLE public.transfer (
    id integer NOT NULL,
    conversation_id character varying(36) NOT NULL,
    from_staff character varying(36) NOT NULL,
    from_name character varying(120) NOT NULL,
    from_team character varying(40),
    kind character varying(12) NOT NULL,
    to_staff character varying(36),
    to_team character varying(40),
    to_name character varying(160) NOT NULL,
    note text NOT NULL,
    state character varying(10) NOT NULL,
    refusal text,
    answered_by character varying(36),
    answered_name character varying(120),
    created_at timestamp without time zone NOT NULL,
    answered_at timestamp without time zone
);
CREATE SEQUENCE public.transfer_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.transfer_id_seq OWNED BY public.transfer.id;
CREATE TABLE public.transition (
    id integer NOT NULL,
    conversation_id character varying(36) NOT NULL,
    from_state character varying(24) NOT NULL,
    to_state character varying(24) NOT NULL,
    epoch integer NOT NULL,
    actor character varying(120) NOT NULL,
    reason character varying(200) NOT NULL,
    at timestamp without time zone NOT NULL
);
CREATE SEQUENCE public.transition_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.transition_id_seq OWNED BY public.transition.id;
CREATE TABLE public.web_session (
    id character varying(36) NOT NULL,
    secret_hash character varying(64) NOT NULL,
    conversation_id character varying(36) NOT NULL,
    created_at timestamp without time zone NOT NULL,
    seen_at timestamp without time zone NOT NULL
);
ALTER TABLE ONLY public.access_grant ALTER COLUMN id SET DEFAULT nextval('public.access_grant_id_seq'::regclass);
ALTER TABLE ONLY public.attempt ALTER COLUMN id SET DEFAULT nextval('public.attempt_id_seq'::regclass);
ALTER TABLE ONLY public.callback ALTER COLUMN id SET DEFAULT nextval('public.callback_id_seq'::regclass);
ALTER TABLE ONLY public.callback_event ALTER COLUMN id SET DEFAULT nextval('public.callback_event_id_seq'::regclass);
ALTER TABLE ONLY public.contact_job ALTER COLUMN id SET DEFAULT nextval('public.contact_job_id_seq'::regclass);
ALTER TABLE ONLY public.forgetting ALTER COLUMN id SET DEFAULT nextval('public.forgetting_id_seq'::regclass);
ALTER TABLE ONLY public.lookup ALTER COLUMN id SET DEFAULT nextval('public.lookup_id_seq'::regclass);
ALTER TABLE ONLY public.managed_change ALTER COLUMN id SET DEFAULT nextval('public.managed_change_id_seq'::regclass);
ALTER TABLE ONLY public.mention ALTER COLUMN id SET DEFAULT nextval('public.mention_id_seq'::regclass);
ALTER TABLE ONLY public.message ALTER COLUMN id SET DEFAULT nextval('public.message_id_seq'::regclass);
ALTER TABLE ONLY public.notification ALTER COLUMN id SET DEFAULT nextval('public.notification_id_seq'::regclass);
ALTER TABLE ONLY public.outbox ALTER COLUMN id SET DEFAULT nextval('public.outbox_id_seq'::regclass);
ALTER TABLE ONLY public.partner_consent ALTER COLUMN id SET DEFAULT nextval('public.partner_consent_id_seq'::regclass);
ALTER TABLE ONLY public.review ALTER COLUMN id SET DEFAULT nextval('public.review_id_seq'::regclass);
ALTER TABLE ONLY public.subscription ALTER COLUMN id SET DEFAULT nextval('public.subscription_id_seq'::regclass);
ALTER TABLE ONLY public.transfer ALTER COLUMN id SET DEFAULT nextval('public.transfer_id_seq'::regclass);
ALTER TABLE ONLY public.transition ALTER COLUMN id SET DEFAULT nextval('public.transition_id_seq'::regclass);
INSERT INTO public.access_grant VALUES (1, 'conversation_id-0', 'staff_id-0', 'staff_name-0', 'organisation-0', 'reason-0', '2026-11-01 12:00:00', '2026-11-01 12:00:00');
INSERT INTO public.access_grant VALUES (2, 'conversation_id-1', 'staff_id-1', 'staff_name-1', 'organisation-1', 'reason-1', '2026-11-01 12:00:00', '2026-11-01 12:00:00');
INSERT INTO public.alembic_version VALUES ('0015');
INSERT INTO public.attachment VALUES ('id-0', '82c129e7-975a-436c-b890-a78ff6434603', 1, 1, 'name-0', 'mime-0', 'kind-0', 1, false, 'source-0', 'state-0', 'reason-0', 1, '2026-11-01 12:00:00', '2026-11-01 12:00:00');
INSERT INTO public.attachment VALUES ('id-1', 'e823217a-53e8-4ed6-81ef-159699762225', 2, 2, 'name-1', 'mime-1', 'kind-1', 2, false, 'source-1', 'state-1', 'reason-1', 2, '2026-11-01 12:00:00', '2026-11-01 12:00:00');
INSERT INTO public.attachment_bytes VALUES ('id-0', '\x00ff');
INSERT INTO public.attachment_bytes VALUES ('id-1', '\x00ff');
INSERT INTO public.attempt VALUES (1, 'kind-0', 'subject_hash-0', '2026-11-01 12:00:00');
INSERT INTO public.attempt VALUES (2, 'kind-1', 'subject_hash-1', '2026-11-01 12:00:00');
INSERT INTO public.audit_horizon VALUES (1, '2026-11-01 12:00:00');
INSERT INTO public.audit_horizon VALUES (2, '2026-11-01 12:00:00');
INSERT INTO public.audit_seal VALUES (1, 'kind-0', 1, '2026-11-01 12:00:00', 'key-0', 'digest-0', 'link-0');
INSERT INTO public.audit_seal VALUES (2, 'kind-1', 2, '2026-11-01 12:00:00', 'key-1', 'digest-1', 'link-1');
INSERT INTO public.callback VALUES (1, '82c129e7-975a-436c-b890-a78ff6434603', 'organisation-0', 'topic-0', 'channel-0', 'nguage-0', 'rgency-0', 'number-0', 'question-0', '2026-11-01 12:00:00', '2026-11-01 12:00:00', '2026-11-01 12:00:00', 'state-0', 1, 1, 'taken_by-0', 'taken_name-0', 'requested_by-0', false, '2026-11-01 12:00:00', '2026-11-01 12:00:00');
INSERT INTO public.callback VALUES (2, 'e823217a-53e8-4ed6-81ef-159699762225', 'organisation-1', 'topic-1', 'channel-1', 'nguage-1', 'rgency-1', 'number-1', 'question-1', '2026-11-01 12:00:00', '2026-11-01 12:00:00', '2026-11-01 12:00:00', 'state-1', 2, 2, 'taken_by-1', 'taken_name-1', 'requested_by-1', false, '2026-11-01 12:00:00', '2026-11-01 12:00:00');
INSERT INTO public.callback_event VALUES (1, 1, 'what-0', 'actor-0', 'actor_name-0', 'note-0', '2026-11-01 12:00:00');
INSERT INTO public.callback_event VALUES (2, 2, 'what-1', 'actor-1', 'actor_name-1', 'note-1', '2026-11-01 12:00:00');
INSERT INTO public.contact_job VALUES (1, 'conversation_id-0', 1, false, 'state-0', '{}', 1, '2026-11-01 12:00:00', 'lease-0', 'error-0', '2026-11-01 12:00:00', '2026-11-01 12:00:00');
INSERT INTO public.contact_job VALUES (2, 'conversation_id-1', 2, false, 'state-1', '{}', 2, '2026-11-01 12:00:00', 'lease-1', 'error-1', '2026-11-01 12:00:00', '2026-11-01 12:00:00');
INSERT INTO public.conversation VALUES ('f1e6ebfa-60bd-498a-9061-4a82514018b2', 'web', 'address', 'bot', 0, 0, 3, 'nl', 'anoniem', NULL, NULL, NULL, NULL, NULL, 'normaal', NULL, '{"onderwerp": "huur"}', NULL, NULL, NULL, NULL, NULL, 1, '2026-11-22 09:00:00', NULL, NULL, NULL, NULL, '2026-11-22 09:00:00', '2026-11-22 09:00:00', NULL);
INSERT INTO public.conversation VALUES ('e823217a-53e8-4ed6-81ef-159699762225', 'web', 'address', 'claimed', 2, 0, 2, 'nl', 'anoniem', NULL, NULL, NULL, NULL, NULL, 'normaal', 'human', '{"onderwerp": "huur"}', NULL, '1', 'Sam', 'gemeente', '2026-11-22 09:00:00', 0, NULL, NULL, NULL, NULL, NULL, '2026-11-22 09:00:00', '2026-11-22 09:00:00', NULL);
INSERT INTO public.conversation VALUES ('82c129e7-975a-436c-b890-a78ff6434603', 'web', 'address', 'closed', 1, 0, 2, 'nl', 'anoniem', NULL, NULL, NULL, NULL, NULL, 'normaal', NULL, '{"onderwerp": "huur"}', NULL, NULL, NULL, NULL, NULL, 0, NULL, NULL, NULL, NULL, NULL, '2026-11-22 09:00:00', '2026-11-22 09:00:00', NULL);
INSERT INTO public.daily_figure VALUES ('2026-11-01', 'channel-0', 'team-0', 'organisation-0', 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1);
INSERT INTO public.daily_figure VALUES ('2026-11-02', 'channel-1', 'team-1', 'organisation-1', 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2);
INSERT INTO public.daily_topic VALUES ('2026-11-01', 'channel-0', 'team-0', 'organisation-0', 'topic-0', 1);
INSERT INTO public.daily_topic VALUES ('2026-11-02', 'channel-1', 'team-1', 'organisation-1', 'topic-1', 2);
INSERT INTO public.daily_wait VALUES ('2026-11-01', 'channel-0', 'team-0', 'organisation-0', 1, 1);
INSERT INTO public.daily_wait VALUES ('2026-11-02', 'channel-1', 'team-1', 'organisation-1', 2, 2);
INSERT INTO public.digid_session VALUES ('82c129e7-975a-436c-b890-a78ff6434603', 'sealed_bsn-0', '2026-11-01 12:00:00', '2026-11-01 12:00:00');
INSERT INTO public.digid_session VALUES ('e823217a-53e8-4ed6-81ef-159699762225', 'sealed_bsn-1', '2026-11-01 12:00:00', '2026-11-01 12:00:00');
INSERT INTO public.forgetting VALUES (1, 'conversation-0', '{}', '2026-11-01 12:00:00', '2026-11-01 12:00:00', 1);
INSERT INTO public.forgetting VALUES (2, 'conversation-1', '{}', '2026-11-01 12:00:00', '2026-11-01 12:00:00', 2);
INSERT INTO public.job VALUES ('name-0', 'holder-0', '2026-11-01 12:00:00', '2026-11-01 12:00:00');
INSERT INTO public.job VALUES ('name-1', 'holder-1', '2026-11-01 12:00:00', '2026-11-01 12:00:00');
INSERT INTO public.lookup VALUES (1, 'conversation_id-0', 'actor-0', 'case_number-0', 'purpose-0', 'trust-0', 'outcome-0', '2026-11-01 12:00:00');
INSERT INTO public.lookup VALUES (2, 'conversation_id-1', 'actor-1', 'case_number-1', 'purpose-1', 'trust-1', 'outcome-1', '2026-11-01 12:00:00');
INSERT INTO public.managed VALUES ('kind-0', 'key-0', '{}', 1);
INSERT INTO public.managed VALUES ('kind-1', 'key-1', '{}', 2);
INSERT INTO public.managed_change VALUES (1, 'kind-0', 'key-0', 1, '{}', '{}', 'actor-0', 'actor_name-0', '2026-11-01 12:00:00');
INSERT INTO public.managed_change VALUES (2, 'kind-1', 'key-1', 2, '{}', '{}', 'actor-1', 'actor_name-1', '2026-11-01 12:00:00');
INSERT INTO public.mention VALUES (1, '82c129e7-975a-436c-b890-a78ff6434603', 1, 'id-0', 'by_id-0', 'by_name-0', '2026-11-01 12:00:00', '2026-11-01 12:00:00');
INSERT INTO public.mention VALUES (2, 'e823217a-53e8-4ed6-81ef-159699762225', 2, 'id-1', 'by_id-1', 'by_name-1', '2026-11-01 12:00:00', '2026-11-01 12:00:00');
INSERT INTO public.message VALUES (1, 'f1e6ebfa-60bd-498a-9061-4a82514018b2', 1, 'citizen', NULL, NULL, 'web', 'eerste-f1e6ebfa-60bd-498a-9061-4a82514018b2', 'Heb ik recht op huurtoeslag?', '{}', NULL, '{"uitkomst": "antwoord"}', 0, 1, '2026-11-22 09:00:00', NULL, '2026-11-22 09:00:00', NULL);
INSERT INTO public.message VALUES (2, 'f1e6ebfa-60bd-498a-9061-4a82514018b2', 2, 'bot', NULL, NULL, 'web', NULL, 'Dat kan.', '{"buttons": [], "links": [], "phones": [], "card": null}', NULL, 'null', 0, 0, '2026-11-22 09:00:00', 'pending', '2026-11-22 09:00:00', NULL);
INSERT INTO public.message VALUES (3, 'e823217a-53e8-4ed6-81ef-159699762225', 1, 'citizen', NULL, NULL, 'web', 'eerste-e823217a-53e8-4ed6-81ef-159699762225', 'Heb ik recht op huurtoeslag?', '{}', NULL, '{"uitkomst": "antwoord"}', 0, 1, '2026-11-22 09:00:00', NULL, '2026-11-22 09:00:00', NULL);
INSERT INTO public.message VALUES (4, 'e823217a-53e8-4ed6-81ef-159699762225', 2, 'bot', NULL, NULL, 'web', NULL, 'Dat kan.', '{"buttons": [], "links": [], "phones": [], "card": null}', NULL, 'null', 0, 0, '2026-11-22 09:00:00', 'pending', '2026-11-22 09:00:00', NULL);
INSERT INTO public.message VALUES (5, '82c129e7-975a-436c-b890-a78ff6434603', 1, 'citizen', NULL, NULL, 'web', 'eerste-82c129e7-975a-436c-b890-a78ff6434603', 'Heb ik recht op huurtoeslag?', '{}', NULL, '{"uitkomst": "antwoord"}', 0, 1, '2026-11-22 09:00:00', NULL, '2026-11-22 09:00:00', NULL);
INSERT INTO public.message VALUES (6, '82c129e7-975a-436c-b890-a78ff6434603', 2, 'bot', NULL, NULL, 'web', NULL, 'Dat kan.', '{"buttons": [], "links": [], "phones": [], "card": null}', NULL, 'null', 0, 0, '2026-11-22 09:00:00', 'pending', '2026-11-22 09:00:00', NULL);
INSERT INTO public.message VALUES (7, 'f1e6ebfa-60bd-498a-9061-4a82514018b2', 3, 'citizen', NULL, NULL, 'web', 'wacht', 'En hoeveel is dat?', '{}', NULL, 'null', 0, 0, NULL, NULL, '2026-11-22 09:00:00', NULL);
INSERT INTO public.notification VALUES (1, 'identity-0', 'resource-0', 'action-0', 'case_uuid-0', 'state-0', 1, '2026-11-01 12:00:00', 'lease-0', 'error-0', '2026-11-01 12:00:00');
INSERT INTO public.notification VALUES (2, 'identity-1', 'resource-1', 'action-1', 'case_uuid-1', 'state-1', 2, '2026-11-01 12:00:00', 'lease-1', 'error-1', '2026-11-01 12:00:00');
INSERT INTO public.oidc_login VALUES ('state_hash-0', 'purpose-0', 'browser_hash-0', 'subject-0', 'sealed-0', '2026-11-01 12:00:00', '2026-11-01 12:00:00');
INSERT INTO public.oidc_login VALUES ('state_hash-1', 'purpose-1', 'browser_hash-1', 'subject-1', 'sealed-1', '2026-11-01 12:00:00', '2026-11-01 12:00:00');
INSERT INTO public.one_time_token VALUES ('token_hash-0', 'purpose-0', '82c129e7-975a-436c-b890-a78ff6434603', '2026-11-01 12:00:00', '2026-11-01 12:00:00', '2026-11-01 12:00:00');
INSERT INTO public.one_time_token VALUES ('token_hash-1', 'purpose-1', 'e823217a-53e8-4ed6-81ef-159699762225', '2026-11-01 12:00:00', '2026-11-01 12:00:00', '2026-11-01 12:00:00');
INSERT INTO public.outbox VALUES (1, 'f1e6ebfa-60bd-498a-9061-4a82514018b2', 2, 'web', 'pending', 0, '2026-11-22 09:00:00', NULL, NULL);
INSERT INTO public.outbox VALUES (2, 'e823217a-53e8-4ed6-81ef-159699762225', 4, 'web', 'pending', 0, '2026-11-22 09:00:00', NULL, NULL);
INSERT INTO public.outbox VALUES (3, '82c129e7-975a-436c-b890-a78ff6434603', 6, 'web', 'pending', 0, '2026-11-22 09:00:00', NULL, NULL);
INSERT INTO public.partner_address VALUES ('id-0', 'partner_id-0', 'channel-0', 'number-0', '82c129e7-975a-436c-b890-a78ff6434603', 'profile_name-0', '2026-11-01 12:00:00', '2026-11-01 12:00:00', '2026-11-01 12:00:00', '2026-11-01 12:00:00', 'unreachable-0', '2026-11-01 12:00:00');
INSERT INTO public.partner_address VALUES ('id-1', 'partner_id-1', 'channel-1', 'number-1', 'e823217a-53e8-4ed6-81ef-159699762225', 'profile_name-1', '2026-11-01 12:00:00', '2026-11-01 12:00:00', '2026-11-01 12:00:00', '2026-11-01 12:00:00', 'unreachable-1', '2026-11-01 12:00:00');
INSERT INTO public.partner_consent VALUES (1, 'partner_id-0', 'kind-0', 'channel-0', 'wording-0', 'proof-0', '2026-11-01 12:00:00', '2026-11-01 12:00:00');
INSERT INTO public.partner_consent VALUES (2, 'partner_id-1', 'kind-1', 'channel-1', 'wording-1', 'proof-1', '2026-11-01 12:00:00', '2026-11-01 12:00:00');
INSERT INTO public.presence VALUES ('id-0', 'status-0', '2026-11-01 12:00:00', '2026-11-01 12:00:00', '2026-11-01 12:00:00');
INSERT INTO public.presence VALUES ('id-1', 'status-1', '2026-11-01 12:00:00', '2026-11-01 12:00:00', '2026-11-01 12:00:00');
INSERT INTO public.provider_message VALUES ('id-0', 1, 1, 'address_id-0', 'channel-0', 'sid-0', 'state-0', 1, 1, 1, '2026-11-01 12:00:00', '2026-11-01 12:00:00');
INSERT INTO public.provider_message VALUES ('id-1', 2, 2, 'address_id-1', 'channel-1', 'sid-1', 'state-1', 2, 2, 2, '2026-11-01 12:00:00', '2026-11-01 12:00:00');
INSERT INTO public.rating VALUES ('82c129e7-975a-436c-b890-a78ff6434603', 1, 'words-0', '2026-11-01 12:00:00');
INSERT INTO public.rating VALUES ('e823217a-53e8-4ed6-81ef-159699762225', 2, 'words-1', '2026-11-01 12:00:00');
INSERT INTO public.review VALUES (1, '82c129e7-975a-436c-b890-a78ff6434603', 1, 'text-0', 'nguage-0', '{}', '{}', 'state-0', 'outcome-0', '{}', 'product-0', 'answered_by-0', 'answered_name-0', '2026-11-01 12:00:00', '2026-11-01 12:00:00');
INSERT INTO public.review VALUES (2, 'e823217a-53e8-4ed6-81ef-159699762225', 2, 'text-1', 'nguage-1', '{}', '{}', 'state-1', 'outcome-1', '{}', 'product-1', 'answered_by-1', 'answered_name-1', '2026-11-01 12:00:00', '2026-11-01 12:00:00');
INSERT INTO public.seen_webhook VALUES ('digest-0', '2026-11-01 12:00:00');
INSERT INTO public.seen_webhook VALUES ('digest-1', '2026-11-01 12:00:00');
INSERT INTO public.sender_slot VALUES ('sender-0', '2026-11-01 12:00:00');
INSERT INTO public.sender_slot VALUES ('sender-1', '2026-11-01 12:00:00');
INSERT INTO public.staff VALUES ('id-0', 'username-0', 'name-0', 'organisation-0', 'role-0', 'password_hash-0', false, 'subject-0');
INSERT INTO public.staff VALUES ('id-1', 'username-1', 'name-1', 'organisation-1', 'role-1', 'password_hash-1', false, 'subject-1');
INSERT INTO public.staff_session VALUES ('id-0', 'secret_hash-0', 'previous_hash-0', '2026-11-01 12:00:00', 'id-0', 'csrf-0', 'id_token-0', '2026-11-01 12:00:00', '2026-11-01 12:00:00', '2026-11-01 12:00:00', '2026-11-01 12:00:00');
INSERT INTO public.staff_session VALUES ('id-1', 'secret_hash-1', 'previous_hash-1', '2026-11-01 12:00:00', 'id-1', 'csrf-1', 'id_token-1', '2026-11-01 12:00:00', '2026-11-01 12:00:00', '2026-11-01 12:00:00', '2026-11-01 12:00:00');
INSERT INTO public.subscription VALUES (1, '82c129e7-975a-436c-b890-a78ff6434603', 'system_id-0', 'case_uuid-0', 'trust-0', 'wording-0', 'stamp-0', '2026-11-01 12:00:00', '2026-11-01 12:00:00', '2026-11-01 12:00:00', '2026-11-01 12:00:00');
INSERT INTO public.subscription VALUES (2, 'e823217a-53e8-4ed6-81ef-159699762225', 'system_id-1', 'case_uuid-1', 'trust-1', 'wording-1', 'stamp-1', '2026-11-01 12:00:00', '2026-11-01 12:00:00', '2026-11-01 12:00:00', '2026-11-01 12:00:00');
INSERT INTO public.team VALUES ('id-0', 'name-0', 'organisation-0', 'line-0', '{}', 'origin-0', false);
INSERT INTO public.team VALUES ('id-1', 'name-1', 'organisation-1', 'line-1', '{}', 'origin-1', false);
INSERT INTO public.team_member VALUES ('id-0', 'id-0');
INSERT INTO public.team_member VALUES ('id-1', 'id-1');
INSERT INTO public.transfer VALUES (1, '82c129e7-975a-436c-b890-a78ff6434603', 'from_staff-0', 'from_name-0', 'from_team-0', 'kind-0', 'to_staff-0', 'to_team-0', 'to_name-0', 'note-0', 'state-0', 'refusal-0', 'answered_by-0', 'answered_name-0', '2026-11-01 12:00:00', '2026-11-01 12:00:00');
INSERT INTO public.transfer VALUES (2, 'e823217a-53e8-4ed6-81ef-159699762225', 'from_staff-1', 'from_name-1', 'from_team-1', 'kind-1', 'to_staff-1', 'to_team-1', 'to_name-1', 'note-1', 'state-1', 'refusal-1', 'answered_by-1', 'answered_name-1', '2026-11-01 12:00:00', '2026-11-01 12:00:00');
INSERT INTO public.transition VALUES (1, 'e823217a-53e8-4ed6-81ef-159699762225', 'bot', 'queued', 1, 'bot', 'human', '2026-11-22 09:00:00');
INSERT INTO public.transition VALUES (2, 'e823217a-53e8-4ed6-81ef-159699762225', 'queued', 'claimed', 2, 'test', 'test', '2026-11-22 09:00:00');
INSERT INTO public.transition VALUES (3, '82c129e7-975a-436c-b890-a78ff6434603', 'bot', 'closed', 1, 'test', 'test', '2026-11-22 09:00:00');
INSERT INTO public.web_session VALUES ('id-0', 'secret_hash-0', '82c129e7-975a-436c-b890-a78ff6434603', '2026-11-01 12:00:00', '2026-11-01 12:00:00');
INSERT INTO public.web_session VALUES ('id-1', 'secret_hash-1', 'e823217a-53e8-4ed6-81ef-159699762225', '2026-11-01 12:00:00', '2026-11-01 12:00:00');
SELECT pg_catalog.setval('public.access_grant_id_seq', 2, true);
SELECT pg_catalog.setval('public.attempt_id_seq', 2, true);
SELECT pg_catalog.setval('public.callback_event_id_seq', 2, true);
SELECT pg_catalog.setval('public.callback_id_seq', 2, true);
SELECT pg_catalog.setval('public.contact_job_id_seq', 2, true);
SELECT pg_catalog.setval('public.forgetting_id_seq', 2, true);
SELECT pg_catalog.setval('public.lookup_id_seq', 2, true);
SELECT pg_catalog.setval('public.managed_change_id_seq', 2, true);
SELECT pg_catalog.setval('public.mention_id_seq', 2, true);
SELECT pg_catalog.setval('public.message_id_seq', 7, true);
SELECT pg_catalog.setval('public.notification_id_seq', 2, true);
SELECT pg_catalog.setval('public.outbox_id_seq', 3, true);
SELECT pg_catalog.setval('public.partner_consent_id_seq', 2, true);
SELECT pg_catalog.setval('public.review_id_seq', 2, true);
SELECT pg_catalog.setval('public.subscription_id_seq', 2, true);
SELECT pg_catalog.setval('public.transfer_id_seq', 2, true);
SELECT pg_catalog.setval('public.transition_id_seq', 3, true);
ALTER TABLE ONLY public.access_grant
    ADD CONSTRAINT access_grant_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.alembic_version
    ADD CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num);
ALTER TABLE ONLY public.attachment_bytes
    ADD CONSTRAINT attachment_bytes_pkey PRIMARY KEY (attachment_id);
ALTER TABLE ONLY public.attachment
    ADD CONSTRAINT attachment_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.attempt
    ADD CONSTRAINT attempt_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.audit_horizon
    ADD CONSTRAINT audit_horizon_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.audit_seal
    ADD CONSTRAINT audit_seal_pkey PRIMARY KEY (seq);
ALTER TABLE ONLY public.callback_event
    ADD CONSTRAINT callback_event_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.callback
    ADD CONSTRAINT callback_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.contact_job
    ADD CONSTRAINT contact_job_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.conversation
    ADD CONSTRAINT conversation_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.daily_figure
    ADD CONSTRAINT daily_figure_pkey PRIMARY KEY (day, channel, team, organisation);
ALTER TABLE ONLY public.daily_topic
    ADD CONSTRAINT daily_topic_pkey PRIMARY KEY (day, channel, team, organisation, topic);
ALTER TABLE ONLY public.daily_wait
    ADD CONSTRAINT daily_wait_pkey PRIMARY KEY (day, channel, team, organisation, minutes);
ALTER TABLE ONLY public.digid_session
    ADD CONSTRAINT digid_session_pkey PRIMARY KEY (conversation_id);
ALTER TABLE ONLY public.forgetting
    ADD CONSTRAINT forgetting_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.job
    ADD CONSTRAINT job_pkey PRIMARY KEY (name);
ALTER TABLE ONLY public.lookup
    ADD CONSTRAINT lookup_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.managed_change
    ADD CONSTRAINT managed_change_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.managed
    ADD CONSTRAINT managed_pkey PRIMARY KEY (kind, key);
ALTER TABLE ONLY public.mention
    ADD CONSTRAINT mention_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.message
    ADD CONSTRAINT message_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.notification
    ADD CONSTRAINT notification_identity_key UNIQUE (identity);
ALTER TABLE ONLY public.notification
    ADD CONSTRAINT notification_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.oidc_login
    ADD CONSTRAINT oidc_login_pkey PRIMARY KEY (state_hash);
ALTER TABLE ONLY public.one_time_token
    ADD CONSTRAINT one_time_token_pkey PRIMARY KEY (token_hash);
ALTER TABLE ONLY public.outbox
    ADD CONSTRAINT outbox_message_id_key UNIQUE (message_id);
ALTER TABLE ONLY public.outbox
    ADD CONSTRAINT outbox_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.partner_address
    ADD CONSTRAINT partner_address_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.partner_consent
    ADD CONSTRAINT partner_consent_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.presence
    ADD CONSTRAINT presence_pkey PRIMARY KEY (staff_id);
ALTER TABLE ONLY public.provider_message
    ADD CONSTRAINT provider_message_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.provider_message
    ADD CONSTRAINT provider_message_sid_key UNIQUE (sid);
ALTER TABLE ONLY public.rating
    ADD CONSTRAINT rating_pkey PRIMARY KEY (conversation_id);
ALTER TABLE ONLY public.review
    ADD CONSTRAINT review_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.seen_webhook
    ADD CONSTRAINT seen_webhook_pkey PRIMARY KEY (digest);
ALTER TABLE ONLY public.sender_slot
    ADD CONSTRAINT sender_slot_pkey PRIMARY KEY (sender);
ALTER TABLE ONLY public.staff
    ADD CONSTRAINT staff_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.staff_session
    ADD CONSTRAINT staff_session_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.staff_session
    ADD CONSTRAINT staff_session_secret_hash_key UNIQUE (secret_hash);
ALTER TABLE ONLY public.staff
    ADD CONSTRAINT staff_username_key UNIQUE (username);
ALTER TABLE ONLY public.subscription
    ADD CONSTRAINT subscription_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.team_member
    ADD CONSTRAINT team_member_pkey PRIMARY KEY (team_id, staff_id);
ALTER TABLE ONLY public.team
    ADD CONSTRAINT team_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.transfer
    ADD CONSTRAINT transfer_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.transition
    ADD CONSTRAINT transition_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.audit_seal
    ADD CONSTRAINT uq_audit_seal_record UNIQUE (kind, record_id, at);
ALTER TABLE ONLY public.contact_job
    ADD CONSTRAINT uq_contact_job UNIQUE (conversation_id, closing, up_to_seq);
ALTER TABLE ONLY public.message
    ADD CONSTRAINT uq_message_provider UNIQUE (channel, provider_id);
ALTER TABLE ONLY public.message
    ADD CONSTRAINT uq_message_seq UNIQUE (conversation_id, seq);
ALTER TABLE ONLY public.partner_address
    ADD CONSTRAINT uq_partner_address UNIQUE (channel, number);
ALTER TABLE ONLY public.provider_message
    ADD CONSTRAINT uq_provider_part UNIQUE (message_id, part);
ALTER TABLE ONLY public.review
    ADD CONSTRAINT uq_review_message UNIQUE (conversation_id, seq);
ALTER TABLE ONLY public.staff
    ADD CONSTRAINT uq_staff_subject UNIQUE (subject);
ALTER TABLE ONLY public.subscription
    ADD CONSTRAINT uq_subscription UNIQUE (conversation_id, system_id, case_uuid);
ALTER TABLE ONLY public.web_session
    ADD CONSTRAINT web_session_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.web_session
    ADD CONSTRAINT web_session_secret_hash_key UNIQUE (secret_hash);
CREATE INDEX ix_access_grant ON public.access_grant USING btree (staff_id, conversation_id, until);
CREATE INDEX ix_attachment_conversation_id ON public.attachment USING btree (conversation_id);
CREATE INDEX ix_attachment_created ON public.attachment USING btree (created_at);
CREATE INDEX ix_attachment_due ON public.attachment USING btree (state, next_at);
CREATE INDEX ix_attachment_message_id ON public.attachment USING btree (message_id);
CREATE INDEX ix_attempt_subject ON public.attempt USING btree (kind, subject_hash, at);
CREATE INDEX ix_callback_conversation_id ON public.callback USING btree (conversation_id);
CREATE INDEX ix_callback_created ON public.callback USING btree (created_at);
CREATE INDEX ix_callback_due ON public.callback USING btree (state, due_at);
CREATE INDEX ix_callback_event_callback_id ON public.callback_event USING btree (callback_id);
CREATE INDEX ix_callback_window ON public.callback USING btree (window_from);
CREATE INDEX ix_contact_job_due ON public.contact_job USING btree (state, next_at);
CREATE INDEX ix_conversation_address ON public.conversation USING btree (channel, address);
CREATE INDEX ix_conversation_created ON public.conversation USING btree (created_at);
CREATE INDEX ix_conversation_pending ON public.conversation USING btree (pending, lease_until);
CREATE INDEX ix_conversation_state ON public.conversation USING btree (state, queued_at);
CREATE INDEX ix_conversation_team ON public.conversation USING btree (team);
CREATE INDEX ix_conversation_updated ON public.conversation USING btree (updated_at);
CREATE INDEX ix_daily_topic_day ON public.daily_topic USING btree (day);
CREATE INDEX ix_digid_session_expires_at ON public.digid_session USING btree (expires_at);
CREATE INDEX ix_forgetting_next_at ON public.forgetting USING btree (next_at);
CREATE INDEX ix_lookup_case_number ON public.lookup USING btree (case_number);
CREATE INDEX ix_lookup_conversation_id ON public.lookup USING btree (conversation_id);
CREATE INDEX ix_managed_change ON public.managed_change USING btree (kind, key, id);
CREATE INDEX ix_mention_conversation_id ON public.mention USING btree (conversation_id);
CREATE INDEX ix_mention_staff ON public.mention USING btree (staff_id, done_at);
CREATE INDEX ix_notification_due ON public.notification USING btree (state, next_at);
CREATE INDEX ix_oidc_login_expires_at ON public.oidc_login USING btree (expires_at);
CREATE INDEX ix_one_time_token_conversation_id ON public.one_time_token USING btree (conversation_id);
CREATE INDEX ix_one_time_token_expires_at ON public.one_time_token USING btree (expires_at);
CREATE INDEX ix_outbox_due ON public.outbox USING btree (state, next_at);
CREATE INDEX ix_partner_address_conversation_id ON public.partner_address USING btree (conversation_id);
CREATE INDEX ix_partner_address_partner_id ON public.partner_address USING btree (partner_id);
CREATE INDEX ix_partner_consent_partner_id ON public.partner_consent USING btree (partner_id);
CREATE INDEX ix_provider_message_address_id ON public.provider_message USING btree (address_id);
CREATE INDEX ix_rating_at ON public.rating USING btree (at);
CREATE INDEX ix_review_created ON public.review USING btree (created_at);
CREATE INDEX ix_review_state ON public.review USING btree (state, id);
CREATE INDEX ix_seen_webhook_at ON public.seen_webhook USING btree (at);
CREATE INDEX ix_staff_session_previous_hash ON public.staff_session USING btree (previous_hash);
CREATE INDEX ix_subscription_case_uuid ON public.subscription USING btree (case_uuid);
CREATE INDEX ix_subscription_due_at ON public.subscription USING btree (due_at);
CREATE INDEX ix_team_member_staff_id ON public.team_member USING btree (staff_id);
CREATE INDEX ix_transfer_answered ON public.transfer USING btree (answered_at);
CREATE INDEX ix_transfer_conversation ON public.transfer USING btree (conversation_id, state);
CREATE INDEX ix_transfer_to_staff ON public.transfer USING btree (to_staff);
CREATE INDEX ix_transfer_to_team ON public.transfer USING btree (to_team);
CREATE INDEX ix_transition_at ON public.transition USING btree (at);
CREATE INDEX ix_transition_conversation_id ON public.transition USING btree (conversation_id);
CREATE TRIGGER access_grant_append_only BEFORE DELETE OR UPDATE ON public.access_grant FOR EACH ROW EXECUTE FUNCTION public.lookup_append_only();
CREATE TRIGGER audit_seal_append_only BEFORE DELETE OR UPDATE ON public.audit_seal FOR EACH ROW EXECUTE FUNCTION public.audit_seal_append_only();
CREATE TRIGGER audit_seal_no_truncate BEFORE TRUNCATE ON public.audit_seal FOR EACH STATEMENT EXECUTE FUNCTION public.audit_seal_append_only();
CREATE TRIGGER lookup_append_only BEFORE DELETE OR UPDATE ON public.lookup FOR EACH ROW EXECUTE FUNCTION public.lookup_append_only();
CREATE TRIGGER lookup_no_truncate BEFORE TRUNCATE ON public.lookup FOR EACH STATEMENT EXECUTE FUNCTION public.lookup_append_only();
CREATE TRIGGER managed_change_append_only BEFORE DELETE OR UPDATE ON public.managed_change FOR EACH ROW EXECUTE FUNCTION public.managed_change_append_only();
CREATE TRIGGER managed_change_no_truncate BEFORE TRUNCATE ON public.managed_change FOR EACH STATEMENT EXECUTE FUNCTION public.managed_change_append_only();
ALTER TABLE ONLY public.attachment_bytes
    ADD CONSTRAINT attachment_bytes_attachment_id_fkey FOREIGN KEY (attachment_id) REFERENCES public.attachment(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.attachment
    ADD CONSTRAINT attachment_conversation_id_fkey FOREIGN KEY (conversation_id) REFERENCES public.conversation(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.attachment
    ADD CONSTRAINT attachment_message_id_fkey FOREIGN KEY (message_id) REFERENCES public.message(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.callback
    ADD CONSTRAINT callback_conversation_id_fkey FOREIGN KEY (conversation_id) REFERENCES public.conversation(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.callback_event
    ADD CONSTRAINT callback_event_callback_id_fkey FOREIGN KEY (callback_id) REFERENCES public.callback(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.digid_session
    ADD CONSTRAINT digid_session_conversation_id_fkey FOREIGN KEY (conversation_id) REFERENCES public.conversation(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.mention
    ADD CONSTRAINT mention_conversation_id_fkey FOREIGN KEY (conversation_id) REFERENCES public.conversation(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.mention
    ADD CONSTRAINT mention_staff_id_fkey FOREIGN KEY (staff_id) REFERENCES public.staff(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.message
    ADD CONSTRAINT message_conversation_id_fkey FOREIGN KEY (conversation_id) REFERENCES public.conversation(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.one_time_token
    ADD CONSTRAINT one_time_token_conversation_id_fkey FOREIGN KEY (conversation_id) REFERENCES public.conversation(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.outbox
    ADD CONSTRAINT outbox_conversation_id_fkey FOREIGN KEY (conversation_id) REFERENCES public.conversation(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.outbox
    ADD CONSTRAINT outbox_message_id_fkey FOREIGN KEY (message_id) REFERENCES public.message(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.partner_address
    ADD CONSTRAINT partner_address_conversation_id_fkey FOREIGN KEY (conversation_id) REFERENCES public.conversation(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.presence
    ADD CONSTRAINT presence_staff_id_fkey FOREIGN KEY (staff_id) REFERENCES public.staff(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.provider_message
    ADD CONSTRAINT provider_message_message_id_fkey FOREIGN KEY (message_id) REFERENCES public.message(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.rating
    ADD CONSTRAINT rating_conversation_id_fkey FOREIGN KEY (conversation_id) REFERENCES public.conversation(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.review
    ADD CONSTRAINT review_conversation_id_fkey FOREIGN KEY (conversation_id) REFERENCES public.conversation(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.staff_session
    ADD CONSTRAINT staff_session_staff_id_fkey FOREIGN KEY (staff_id) REFERENCES public.staff(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.subscription
    ADD CONSTRAINT subscription_conversation_id_fkey FOREIGN KEY (conversation_id) REFERENCES public.conversation(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.team_member
    ADD CONSTRAINT team_member_staff_id_fkey FOREIGN KEY (staff_id) REFERENCES public.staff(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.team_member
    ADD CONSTRAINT team_member_team_id_fkey FOREIGN KEY (team_id) REFERENCES public.team(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.transfer
    ADD CONSTRAINT transfer_conversation_id_fkey FOREIGN KEY (conversation_id) REFERENCES public.conversation(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.transition
    ADD CONSTRAINT transition_conversation_id_fkey FOREIGN KEY (conversation_id) REFERENCES public.conversation(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.web_session
    ADD CONSTRAINT web_session_conversation_id_fkey FOREIGN KEY (conversation_id) REFERENCES public.conversation(id) ON DELETE CASCADE;

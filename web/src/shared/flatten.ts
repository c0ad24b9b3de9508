/** Texts by dotted key; list items have their number as last part. */
export type Texts = Record<string, string>;

/** Flattens the nested mapping of scherm.yaml: `{a: {b: ["x"]}}` becomes `{"a.b.0": "x"}`. */
export function flatten(value: unknown, prefix = ''): Texts {
  if (typeof value === 'object' && value !== null) {
    return Object.assign(
      {},
      ...Object.entries(value).map(([key, part]) => flatten(part, prefix ? `${prefix}.${key}` : key)),
    ) as Texts;
  }
  return { [prefix]: String(value ?? '').trim() };
}

/** Shapes of /api/balie/leiding and /api/balie/beheer (docs/protocol.md). */

export type Figures = Record<
  | 'conversations' | 'by_bot' | 'by_human' | 'not_helped' | 'reopened' | 'wrong_counter' | 'answered' | 'in_target' | 'waited_seconds'
  | 'longest_seconds' | 'transferred' | 'refused' | 'callbacks' | 'called' | 'not_reached' | 'rated' | 'rating_sum' | 'rated_low' | 'wait_median' | 'wait_p90',
  number
>;

export interface Report {
  days: (Figures & { day: string })[];
  totals: Figures;
  channels: (Figures & { id: string })[];
  teams: (Figures & { id: string })[];
  topics: { topic: string; organisation: string; conversations: number }[];
}

export interface Now {
  waiting: Record<string, { count: number; since: string }>;
  targets: Record<string, number>;
  late: number;
  helped: number;
  present: number;
  calls: number;
  calls_late: number;
  teams: { id: string; name: string }[];
}

export type Week = Record<string, string>;

export interface SpecialDay {
  dag: string;
  tijden: string;
  reden: string;
  voor: string;
}

export interface Hours {
  standaard: Week;
  organisaties: Record<string, Week>;
  teams: Record<string, Week>;
  feestdagen: 'dicht' | 'open';
  goede_vrijdag: 'dicht' | 'open';
  bijzonder: SpecialDay[];
}

export interface TextItem {
  key: string;
  now: { tekst: string; kort?: string };
  file: { tekst: string; kort?: string };
  names: string[];
  changed: boolean;
  version: number;
}

export interface Remarks {
  missing: string[];
  faults: { kind: string; sentence: string; detail: string; hint: string }[];
}

export interface PeriodItem {
  key: string;
  days: number;
  file: number;
  least: number;
  most: number;
  version: number;
}

export interface TeamValue {
  name: string;
  organisation: string;
  line: string;
  skills: string[];
  active: boolean;
  members: string[];
}

export interface Sentence {
  id: string;
  titel: string;
  tekst: string;
  woorden: string[];
}

export interface Change {
  id: number;
  kind: string;
  key: string;
  version: number;
  old: unknown;
  new: unknown;
  by: string;
  at: string;
}

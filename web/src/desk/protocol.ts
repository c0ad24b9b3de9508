/** The shapes of docs/protocol.md that only the desk uses. */
import type { Message, State } from '../shared/protocol.ts';

export type View = 'waiting' | 'mine' | 'asked' | 'team' | 'all';
export const VIEWS: View[] = ['waiting', 'mine', 'asked', 'team', 'all'];
export type Outcome = 'answered' | 'referred' | 'callback' | 'complaint_registered' | 'no_answer' | 'other';
export const OUTCOMES: Outcome[] = ['answered', 'referred', 'callback', 'complaint_registered', 'no_answer', 'other'];
export type Status = 'aanwezig' | 'pauze' | 'afwezig';
export const STATUSES: Status[] = ['aanwezig', 'pauze', 'afwezig'];

export interface User {
  id: string;
  name: string;
  /** Id in the verwijsindex. */
  organisation: string;
  /** Its name for people. */
  organisation_name?: string;
  role: string;
  teams?: string[];
  status?: Status | 'weg';
}

export interface Transfer {
  kind: 'collega' | 'team' | 'organisatie';
  to: { staff: string | null; team: string | null; naam: string };
  from: { id: string; name: string };
  note: string;
  at: string;
}

/** From most to least urgent. */
export type Urgency = 'spoed' | 'hoog' | 'normaal' | 'laag';

export interface Item {
  id: string;
  state: State;
  /** Raised by every change of owner; a claim under an old one is refused. */
  epoch: number;
  urgency: Urgency;
  topic: string | null;
  organisation: { id: string; naam: string } | null;
  team?: { id: string; naam: string } | null;
  channel: string;
  language: string;
  waiting_since: string | null;
  /** Until when waiting is within the target. */
  due_at?: string | null;
  owner: { id: string; name: string } | null;
  last_text: string;
  last_at: string;
  last_seq?: number;
  reason: string | null;
  trust: string;
  /** Not this user's work: opened only with a reason. */
  locked?: boolean;
  transfer?: Transfer | null;
  /** A note that asks this user something. */
  mention?: { seq: number; by: string; at: string } | null;
}

export interface Summary {
  prose: string[];
  made_at: string;
  /** `seq` is the message that proves the line; null when no message does. */
  lines: { field: string; label: string; value: string; seq: number | null }[];
}

export interface Earlier {
  id: string;
  topic: string;
  state: State;
  outcome: string | null;
  at: string;
}

export interface Detail {
  item: Item;
  summary: Summary | null;
  messages: Message[];
  transitions: { from: string; to: string; actor: string; reason: string; at: string }[];
  earlier?: Earlier[];
  closing?: { outcome: string; note: string; task: string; on: string | null; by: string; at: string } | null;
}

export interface Listing {
  items: Item[];
  counts: Record<View, number>;
}

export interface Colleague {
  id: string;
  name: string;
  organisation: string;
  teams: string[];
  status: Status | 'weg';
}

export interface Team {
  kind: 'team' | 'organisatie';
  id: string;
  name: string;
  /** How many of them are there now. */
  here: number;
}

export interface Around {
  colleagues: Colleague[];
  teams: Team[];
}

/** A standard answer. */
export interface Answer {
  id: string;
  source: 'balie' | 'verwijsindex';
  title: string;
  text: string;
}

/** What the bot would answer to message `seq`; `score` from 0 to 1. */
export interface Suggestion {
  seq: number;
  title: string;
  text: string;
  score: number;
}

/** How a case stands; `live` is false when its system did not answer, `hidden` is true when it may not be looked at now. */
export interface CaseStanding {
  number: string;
  title: string;
  status: string;
  since: string | null;
  due: string | null;
  late: boolean;
  closed: boolean;
  suspended: boolean;
  live: boolean;
  hidden: boolean;
}

/** What is decided on closing. */
export interface Closing {
  outcome: Outcome;
  note: string;
  task: string;
  /** ISO date, or null. */
  on: string | null;
}

/** What the server pushes to the desk. */
export type DeskEvent =
  | { type: 'queue' }
  | { type: 'message'; conversation: string; message: Message }
  | { type: 'state'; conversation: string; state: State; epoch: number; owner: Item['owner'] }
  /** `text`: what is typed and not sent, where the citizen is told that it is shown. */
  | { type: 'typing'; conversation: string; text?: string }
  | { type: 'spoed'; conversation: string }
  /** It is not this user's to read any more. */
  | { type: 'gone'; conversation: string }
  | { type: 'mention'; conversation: string }
  /** Somebody came or went. */
  | { type: 'presence' }
  /** The list of call-backs changed. */
  | { type: 'callback' }
  /** The review list changed. */
  | { type: 'review' };

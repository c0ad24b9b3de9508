/** The shapes of docs/protocol.md that both front ends use. */

export type Author = 'citizen' | 'bot' | 'human' | 'system' | 'note';
export type State = 'bot' | 'queued' | 'claimed' | 'second_line_pending' | 'callback' | 'closed';
/** How sure Verbonden is who the citizen is. */
export type Trust = 'anoniem' | 'kenmerk' | 'digid';
export type Delivery = 'pending' | 'sent' | 'delivered' | 'read' | 'failed';

export interface Step {
  title: string;
  state: 'done' | 'current' | 'todo';
  /** ISO date, or null when not yet known. */
  at?: string | null;
}

export interface CaseCard {
  kind: 'case';
  number: string;
  title: string;
  steps: Step[];
  /** ISO date before which a decision must be there. */
  due?: string | null;
  late?: boolean;
}

/** A file that came with a message; what is in it only the desk can open. */
export interface Attachment {
  id: string;
  name: string;
  /** Bytes. */
  size: number;
  state: 'pending' | 'stored' | 'refused' | 'failed' | 'removed';
}

export interface Message {
  seq: number;
  author: Author;
  name: string;
  organisation: string;
  /** Plain text with line breaks; never markup. */
  text: string;
  buttons: { title: string; payload: string }[];
  links: { title: string; url: string }[];
  phones: { title: string; number: string }[];
  card: CaseCard | null;
  /** Of the text, when it is not Dutch. */
  language?: string;
  attachments?: Attachment[];
  channel: string;
  /** ISO 8601, UTC. */
  at: string;
  /** The sender's own id; only on messages of the citizen and the desk. */
  id?: string | null;
  delivery?: Delivery | null;
  /** Why it did not arrive, or what it waits for. */
  failure?: string | null;
}

export interface Human {
  name: string;
  organisation: string;
}

/** How a conversation stands. */
export interface Standing {
  state: State;
  human: Human | null;
  place: number | null;
  language?: string;
  trust?: Trust;
  /** The human reads along while the citizen types: off, unless an administrator turned it on. */
  preview?: boolean;
}

/** What the server says to the citizen's page. */
export type ServerEvent =
  | ({ type: 'welcome'; last_seq: number } & Standing)
  | { type: 'message'; message: Message }
  | { type: 'accepted'; id: string; seq: number }
  | { type: 'refused'; id: string; code: string; text: string }
  | ({ type: 'state' } & Standing)
  | { type: 'erased' }
  | { type: 'typing'; author: 'bot' | 'human' }
  | { type: 'pong' };

/** What the citizen's page says to the server. */
export type ClientFrame =
  | { type: 'message'; id: string; text: string }
  | { type: 'button'; id: string; seq: number; payload: string }
  | { type: 'typing'; text?: string }
  | { type: 'ack'; seq: number }
  | { type: 'ping' };

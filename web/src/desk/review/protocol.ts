/** The shapes and calls of the review list (docs/protocol.md). */
import type { Api } from '../api.ts';
import type { User } from '../protocol.ts';

export type ReviewState = 'open' | 'answered' | 'dismissed';
export const REVIEW_STATES: ReviewState[] = ['open', 'answered', 'dismissed'];

/** Roles that may see the list; the server checks it, this only hides what would be refused. */
const REVIEWERS = ['casemanager', 'teamleider', 'beheerder'];

export function mayReview(user: User | undefined): boolean {
  return user !== undefined && REVIEWERS.includes(user.role);
}

export interface Named {
  id: string;
  naam: string;
  /** 0 to 1; only of what the computer thought. */
  score?: number;
}

export interface Answer {
  uitkomst: string;
  organisaties: string[];
  product: string | null;
}

export interface ReviewItem {
  id: number;
  conversation: string;
  seq: number;
  text: string;
  language: string;
  reasons: string[];
  /** null when the computer had no thought: a fault. */
  thought: { uitkomst: string; score: number | null; organisaties: Named[]; producten: Named[] } | null;
  state: ReviewState;
  answer: { uitkomst: string; organisaties: Named[]; product: Named | null } | null;
  by: string | null;
  answered_at: string | null;
  created_at: string;
}

export interface ReviewPage {
  items: ReviewItem[];
  counts: Record<ReviewState, number>;
  /** Where the following page begins; null at the end. */
  next: number | null;
}

/** Something to choose, with the words by which people look for it. */
export interface Choice {
  id: string;
  naam: string;
  woorden: string[];
}

export interface Choices {
  uitkomsten: string[];
  organisaties: Choice[];
  producten: (Choice & { organisaties: string[] })[];
}

export class ReviewApi {
  constructor(private readonly api: Api) {}

  page(state: ReviewState, after?: number): Promise<ReviewPage> {
    return this.api.call('GET', `review?state=${state}${after === undefined ? '' : `&after=${after}`}`) as Promise<ReviewPage>;
  }

  choices(): Promise<Choices> {
    return this.api.call('GET', 'review/choices') as Promise<Choices>;
  }

  /** Raises ApiError 409 when another was first. */
  async answer(item: ReviewItem, answer: Answer): Promise<void> {
    await this.api.call('POST', `review/${item.id}`, { state: 'answered', seen: item.state, answer });
  }

  /** Raises ApiError 409 when another was first. */
  async dismiss(item: ReviewItem): Promise<void> {
    await this.api.call('POST', `review/${item.id}`, { state: 'dismissed', seen: item.state });
  }

  async correct(conversation: string, seq: number, answer: Answer): Promise<void> {
    await this.api.call('POST', `conversations/${encodeURIComponent(conversation)}/correct`, { seq, ...answer });
  }
}

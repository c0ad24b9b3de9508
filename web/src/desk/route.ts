/** What is open, as part of the address, so that reload and back do what people expect. */

export type Page = 'conversations' | 'review' | 'callbacks';

export const REVIEW = '#niet-begrepen';
export const CALLS = '#terugbellen';
const CONVERSATION = /^#gesprek\/(.+)$/;

export function hashOf(conversation: string | undefined): string {
  return conversation ? `#gesprek/${conversation}` : '#';
}

/** The page of an address; who may not review stays with the conversations. */
export function pageOf(hash: string, mayReview: boolean): Page {
  if (hash === CALLS) return 'callbacks';
  return hash === REVIEW && mayReview ? 'review' : 'conversations';
}

export function conversationOf(hash: string): string | undefined {
  return CONVERSATION.exec(hash)?.[1];
}

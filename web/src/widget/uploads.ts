/** Files on their way to a human. They stay in this tab: a file can not be kept over a reload, so the browser asks before that. */
import { newId } from '../shared/id.ts';
import { t } from '../shared/texts.ts';
import type { Session } from './session.ts';

export interface Upload {
  id: string;
  file: File;
  /** Why it was not sent, in Dutch; empty while it is on its way. */
  trouble: string;
  /** Sending it again can help. */
  again: boolean;
}

/** As loket/media/kinds.py: said before ten megabytes went over a slow line for nothing. */
const MOST_BYTES = 10 * 1024 * 1024;

export class Uploads {
  readonly #session: Session;
  readonly #onChange: () => void;
  readonly #onTrouble: (trouble: string) => void;

  all: Upload[] = [];

  constructor(
    session: Session,
    onChange: () => void,
    onTrouble: (trouble: string) => void,
  ) {
    this.#session = session;
    this.#onChange = onChange;
    this.#onTrouble = onTrouble;
    addEventListener('beforeunload', this.#onLeave);
  }

  /** The conversation is taken off the page. */
  stop(): void {
    removeEventListener('beforeunload', this.#onLeave);
  }

  readonly #onLeave = (event: Event): void => {
    if (this.all.length > 0) event.preventDefault();
  };

  /** Sends the files, each as a message of its own. */
  add(files: Iterable<File>): void {
    for (const file of files) {
      const upload = { id: newId(), file, trouble: '', again: true };
      this.all = [...this.all, upload];
      if (file.size > MOST_BYTES) this.#fail(upload, t('chat.file.too_big'), false);
      else void this.send(upload);
    }
    this.#onChange();
  }

  /** Sends one again; the same id is stored once. */
  async send(upload: Upload): Promise<void> {
    upload.trouble = '';
    this.#onChange();
    try {
      const { ok, status, body } = await this.#session.call('files', upload.file, { 'X-File-Name': encodeURIComponent(upload.file.name), 'X-Message-Id': upload.id });
      if (ok) this.discard(upload);
      else this.#fail(upload, String(body.text ?? t('chat.panel.failed')), status >= 500 || status === 429);
    } catch {
      this.#fail(upload, t('chat.panel.offline'), true);
    }
  }

  discard(upload: Upload): void {
    this.all = this.all.filter((other) => other !== upload);
    this.#onChange();
  }

  #fail(upload: Upload, trouble: string, again: boolean): void {
    upload.trouble = trouble;
    upload.again = again;
    this.#onTrouble(trouble);
    this.#onChange();
  }
}

/** Notifications of the computer itself, for who works in another window. Off until the user asks for them. */
const KEY = 'verbonden-balie-meldingen';

export class Notifications {
  get possible(): boolean {
    return typeof Notification !== 'undefined' && Notification.permission !== 'denied';
  }

  get on(): boolean {
    return this.possible && Notification.permission === 'granted' && localStorage.getItem(KEY) === 'on';
  }

  /** Turns them on (the browser asks) or off; returns how it is now. */
  async toggle(): Promise<boolean> {
    if (this.on) localStorage.setItem(KEY, 'off');
    else if (this.possible && (await Notification.requestPermission()) === 'granted') localStorage.setItem(KEY, 'on');
    return this.on;
  }

  /** Shows one when the page is not being looked at. It names no person and quotes nothing: others may see the screen. */
  show(title: string, tag: string, open: () => void): void {
    if (!this.on || document.visibilityState === 'visible') return;
    const notification = new Notification(title, { tag });
    notification.onclick = () => {
      window.focus();
      notification.close();
      open();
    };
  }
}

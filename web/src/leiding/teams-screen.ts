/** Teams: what they are for and who is in them. */
import { html, nothing, type TemplateResult } from 'lit';
import { t } from '../shared/texts.ts';
import type { TeamValue } from './protocol.ts';
import { Screen } from './screen.ts';

interface Item {
  key: string;
  value: TeamValue;
  version: number;
}

interface Answer {
  items: Item[];
  staff: { id: string; name: string; role: string; organisation: string }[];
  organisations: { id: string; name: string }[];
}

export class TeamsScreen extends Screen {
  static override properties = { ...Screen.properties, answer: { state: true }, opened: { state: true } };

  declare answer: Answer | undefined;
  declare opened: Item | undefined;

  protected async load(): Promise<void> {
    this.answer = (await this.api.call('GET', 'beheer/team')) as Answer;
    const again = this.answer.items.find((item) => item.key === this.opened?.key) ?? this.answer.items[0];
    this.opened = again && structuredClone(again);
  }

  private fresh(): void {
    const key = `team_${Date.now().toString(36)}`;
    this.opened = { key, version: 0, value: { name: '', organisation: '', line: 'eerste', skills: [], active: true, members: [] } };
    void this.updateComplete.then(() => this.querySelector<HTMLElement>('#team-name')?.focus());
  }

  private change(action: (team: TeamValue) => void): void {
    if (!this.opened) return;
    action(this.opened.value);
    this.done = '';
    this.requestUpdate();
  }

  private async save(): Promise<void> {
    const item = this.opened;
    if (!item) return;
    await this.act(async () => {
      await this.api.call('POST', 'beheer/team', { key: item.key, value: item.value, seen: item.version });
      await this.load();
    }, t('leiding.saved'));
  }

  protected override render(): TemplateResult {
    return html`<h2 class="nl-heading nl-heading--level-3">${t('leiding.teams.heading')}</h2>
      <p class="intro">${t('leiding.teams.intro')}</p>
      <div class="two">
        <div>
          <ul class="picks">${this.answer?.items.map(
            (item) => html`<li><button type="button" class="pick" aria-current=${item.key === this.opened?.key ? 'true' : nothing} @click=${() => {
              this.done = this.trouble = '';
              this.opened = structuredClone(item);
            }}><span class="pick-words">${item.value.name}</span><span class="note">${t(`leiding.teams.${item.value.line}`)}, ${t('leiding.teams.count', { count: item.value.members.length })}${item.value.active ? nothing : html` <span class="tag">${t('leiding.teams.rests')}</span>`}</span></button></li>`,
          )}</ul>
          <button type="button" class="nl-button nl-button--secondary" @click=${() => this.fresh()}><span class="nl-button__label">${t('leiding.teams.add')}</span></button>
        </div>
        <div>${this.opened && this.answer ? this.editor(this.opened, this.answer) : nothing} ${this.outcome()}</div>
      </div>`;
  }

  private editor(item: Item, answer: Answer): TemplateResult {
    const { value } = item;
    return html`<h3 class="nl-heading nl-heading--level-4">${value.name || t('leiding.teams.new')}</h3>
      <div class="field"><label class="utrecht-form-label" for="team-name">${t('leiding.teams.name')}</label><input class="utrecht-textbox" id="team-name" autocomplete="off" .value=${value.name} @input=${(event: Event) => this.change((team) => (team.name = (event.target as HTMLInputElement).value))} /></div>
      <div class="field"><label class="utrecht-form-label" for="team-organisation">${t('leiding.teams.organisation')}</label><select class="utrecht-textbox select" id="team-organisation" @change=${(event: Event) => this.change((team) => (team.organisation = (event.target as HTMLSelectElement).value))}>
        <option value="" ?selected=${value.organisation === ''}>${t('leiding.teams.every_organisation')}</option>
        ${answer.organisations.map((each) => html`<option value=${each.id} ?selected=${each.id === value.organisation}>${each.name}</option>`)}
      </select></div>
      <fieldset class="plain"><legend>${t('leiding.teams.line')}</legend>
        ${['eerste', 'tweede'].map((line) => html`<p class="check"><input type="radio" name="line" id="line-${line}" .checked=${value.line === line} @change=${() => this.change((team) => (team.line = line))} /><label for="line-${line}">${t(`leiding.teams.${line}`)}</label></p>`)}
      </fieldset>
      <div class="field"><label class="utrecht-form-label" for="team-skills">${t('leiding.teams.skills')}</label><input class="utrecht-textbox" id="team-skills" autocomplete="off" aria-describedby="skills-note" .value=${value.skills.join(', ')} @change=${(event: Event) => this.change((team) => (team.skills = (event.target as HTMLInputElement).value.split(/[\s,]+/).filter(Boolean)))} /><p class="note" id="skills-note">${t('leiding.teams.skills_note')}</p></div>
      <p class="check"><input type="checkbox" id="team-active" .checked=${value.active} @change=${(event: Event) => this.change((team) => (team.active = (event.target as HTMLInputElement).checked))} /><label for="team-active">${t('leiding.teams.active')}</label></p>
      <fieldset class="plain"><legend>${t('leiding.teams.members')}</legend>
        <p class="note">${t('leiding.teams.members_note')}</p>
        <div class="members">${answer.staff.map(
          (person) => html`<p class="check"><input type="checkbox" id="member-${person.id}" .checked=${value.members.includes(person.id)} @change=${(event: Event) =>
            this.change((team) => {
              const on = (event.target as HTMLInputElement).checked;
              team.members = on ? [...team.members, person.id].toSorted() : team.members.filter((id) => id !== person.id);
            })} /><label for="member-${person.id}">${person.name}<span class="note">${t(`leiding.role.${person.role}`)}, ${person.organisation}</span></label></p>`,
        )}</div>
      </fieldset>
      <div class="row">${this.saveButton(() => void this.save())}</div>`;
  }
}

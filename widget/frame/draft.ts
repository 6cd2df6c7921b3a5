/** What is being written while nobody looks: out of the text box, sealed, and back when somebody does (Trace 6). */

export interface Cover<T> {
  cover(value: unknown): Promise<T>;
  lift(covered: T): Promise<unknown>;
}

export class Draft<T> {
  #covered: Promise<T> | null = null;

  constructor(
    readonly content: HTMLElement,
    readonly veil: Cover<T>,
  ) {}

  hide(): void {
    const field = this.#field;
    if (!field?.value) return;
    this.#covered = this.veil.cover(field.value);
    field.value = "";
  }

  async show(): Promise<void> {
    const covered = this.#covered;
    this.#covered = null;
    const words = covered && (await this.veil.lift(await covered));
    const field = this.#field;
    if (field && typeof words === "string") field.value = words + field.value;
  }

  wipe(): void {
    this.#covered = null;
  }

  get #field(): HTMLTextAreaElement | null {
    return this.content.querySelector("textarea");
  }
}

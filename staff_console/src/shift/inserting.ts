/** Puts words where somebody writes, to be changed and sent by them: as if typed, so that whoever listens to the box hears it. */

export function insert(box: HTMLTextAreaElement, words: string): void {
  box.focus();
  const before = box.value.slice(0, box.selectionStart);
  const gap = before === "" || /\s$/.test(before) ? "" : " ";
  box.setRangeText(gap + words, box.selectionStart, box.selectionEnd, "end");
  box.dispatchEvent(new InputEvent("input", { bubbles: true, inputType: "insertText" }));
}

/** Whether a / written here begins a word: within one, as in 24/7, it is only a sign. */
export function beginsAWord({ value, selectionStart, selectionEnd }: HTMLTextAreaElement): boolean {
  const before = value.slice(0, selectionStart);
  return selectionStart === selectionEnd && (before === "" || /\s$/.test(before));
}

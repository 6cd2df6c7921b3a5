/**
 * The ready replies as a list that is searched: the focus stays in the search box, the arrows move through the list, Enter
 * chooses (the pattern of a combobox with a listbox). / once more writes a slash.
 */

import { useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import { language, t } from "../../../chat/browser/ui/catalogue.ts";
import { languageName } from "../views/formats.ts";
import { find, languagesOf } from "./finding.ts";
import { fetchLaid, type Laid, laid, type Reply } from "./laid.ts";

interface Props {
  role: string;
  onChoose(words: string): void;
  onClose(): void;
  /** The focus has gone elsewhere. */
  onAway(): void;
}

/** The language that was chosen last, in this page. */
let chosenLanguage = "";

export function Replies(props: Props) {
  const { onClose, onAway } = props;
  const here = laid.value;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for what is sent
    <div
      class="replies"
      role="group"
      aria-label={t("staff.replies.list")}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.stopPropagation();
        onClose();
      }}
      // What held the focus may have made room for what takes it.
      onFocusOut={({ currentTarget }) =>
        setTimeout(() => currentTarget.contains(document.activeElement) || onAway(), 0)
      }
    >
      {here && here !== "missing" ? <Search {...props} {...here} /> : <Missing asked={here !== null} />}
    </div>
  );
}

function Missing({ asked }: { asked: boolean }) {
  const button = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => button.current?.focus(), []);
  return (
    <>
      <p role="status">{t(asked ? "staff.replies.missing" : "staff.replies.coming")}</p>
      <button ref={button} type="button" class="button small" onClick={() => fetchLaid()}>
        {t("staff.replies.again")}
      </button>
    </>
  );
}

function Search({ role, replies, onChoose }: Props & Laid) {
  const languages = languagesOf(replies, role);
  const [tag, setTag] = useState(() => first(languages));
  const [words, setWords] = useState("");
  const [at, setAt] = useState(0);
  const list = useId();
  const found = find(replies, { role, language: tag, words });
  const current = Math.min(at, found.length - 1);
  const keys = useKeys(found, current, setAt, onChoose);
  return (
    <>
      <div class="replies-search">
        <SearchBox
          list={list}
          active={current >= 0 ? `${list}-${current}` : undefined}
          words={words}
          onWords={(next) => {
            setWords(next);
            setAt(0);
          }}
          onKey={keys}
        />
        <select
          aria-label={t("staff.replies.language")}
          value={tag}
          onChange={({ currentTarget }) => {
            chosenLanguage = currentTarget.value;
            setTag(chosenLanguage);
            setAt(0);
          }}
        >
          {languages.map((each) => (
            <option key={each} value={each}>
              {languageName(each)}
            </option>
          ))}
        </select>
      </div>
      <Options {...{ list, found, current, tag, onChoose }} />
      <p role="status" class="quiet">
        {found.length ? t("staff.replies.count", { count: found.length }) : t("staff.replies.none")}
      </p>
      <p class="quiet">{t("staff.replies.hint")}</p>
    </>
  );
}

interface SearchBoxProps {
  list: string;
  active: string | undefined;
  words: string;
  onWords(words: string): void;
  onKey(event: KeyboardEvent): void;
}

function SearchBox({ list, active, words, onWords, onKey }: SearchBoxProps) {
  const box = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => box.current?.focus(), []);
  return (
    <input
      ref={box}
      type="text"
      role="combobox"
      aria-label={t("staff.replies.search")}
      placeholder={t("staff.replies.search")}
      aria-expanded={true}
      aria-autocomplete="list"
      aria-controls={list}
      aria-activedescendant={active}
      autocomplete="off"
      spellcheck={false}
      value={words}
      onInput={({ currentTarget }) => onWords(currentTarget.value)}
      onKeyDown={onKey}
    />
  );
}

interface OptionsProps {
  list: string;
  found: readonly Reply[];
  current: number;
  tag: string;
  onChoose(words: string): void;
}

function Options({ list, found, current, tag, onChoose }: OptionsProps) {
  const chosen = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => chosen.current?.scrollIntoView({ block: "nearest" }), [current]);
  return (
    <div role="listbox" id={list} class="replies-list" aria-label={t("staff.replies.list")} lang={tag}>
      {found.map(({ title, text }, place) => (
        // biome-ignore lint/a11y/useFocusableInteractive: the search box holds the focus and names it
        // biome-ignore lint/a11y/useKeyWithClickEvents: the search box hears the keys
        <div
          key={`${title} ${text}`}
          ref={place === current ? chosen : null}
          id={`${list}-${place}`}
          role="option"
          aria-selected={place === current}
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => onChoose(text)}
        >
          <span class="reply-title">{title}</span> <span class="reply-text">{text}</span>
        </div>
      ))}
    </div>
  );
}

function useKeys(
  found: readonly Reply[],
  current: number,
  move: (at: number) => void,
  choose: (words: string) => void,
): (event: KeyboardEvent) => void {
  return (event) => {
    const { key, currentTarget } = event;
    const step = key === "ArrowDown" ? 1 : key === "ArrowUp" ? -1 : 0;
    const empty = currentTarget instanceof HTMLInputElement && currentTarget.value === "";
    if (step) move((current + step + found.length) % Math.max(1, found.length));
    else if (key === "Enter" && !event.isComposing) choose(found[current]?.text ?? "");
    else if (key === "/" && empty) choose("/");
    else return;
    event.preventDefault();
  };
}

function first(languages: readonly string[]): string {
  const wanted = [chosenLanguage, language.value?.tag ?? ""];
  return wanted.find((tag) => languages.includes(tag)) ?? languages[0] ?? "";
}

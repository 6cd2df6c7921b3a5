/** Labelled fields that nothing remembers, corrects or fills in (Trace 5). */

import { useId } from "preact/hooks";

interface FieldProps {
  label: string;
  words?: string;
  value: string;
  most: number;
  /** The heading above says it. */
  headed?: boolean;
  kind?: "tel" | "text" | "code";
  onWrite(value: string): void;
}

export function Field({ label, words, value, most, headed, kind = "text", onWrite }: FieldProps) {
  const id = useId();
  return (
    <div class="field">
      <label for={id} class={headed ? "visually-hidden" : ""}>
        {label}
      </label>
      {words && (
        <p id={`${id}-words`} class="quiet">
          {words}
        </p>
      )}
      <input
        id={id}
        type="text"
        data-kind={kind}
        inputMode={kind === "code" ? "numeric" : kind}
        dir={kind === "text" ? "auto" : "ltr"}
        value={value}
        maxLength={most}
        aria-describedby={words ? `${id}-words` : undefined}
        autocomplete="off"
        autoCorrect="off"
        autocapitalize="off"
        spellcheck={false}
        data-gramm="false"
        onInput={(event) => onWrite(event.currentTarget.value)}
      />
    </div>
  );
}

interface ChoiceProps {
  label: string;
  headed?: boolean;
  words?: string;
  value: string;
  options: readonly (readonly [value: string, words: string])[];
  onChoose(value: string): void;
}

export function Choice({ label, headed, words, value, options, onChoose }: ChoiceProps) {
  const id = useId();
  return (
    <div class="field">
      <label for={id} class={headed ? "visually-hidden" : ""}>
        {label}
      </label>
      {words && (
        <p id={`${id}-words`} class="quiet">
          {words}
        </p>
      )}
      <select
        id={id}
        value={value}
        autocomplete="off"
        aria-describedby={words ? `${id}-words` : undefined}
        onChange={(event) => onChoose(event.currentTarget.value)}
      >
        {options.map(([option, said]) => (
          <option key={option} value={option}>
            {said}
          </option>
        ))}
      </select>
    </div>
  );
}

/**
 * What one may tell besides, by tapping and choosing only (Before 3, 7, 8): all of it can be left out, and it can be changed as
 * long as one waits. A name is hashed here, and never leaves the page as it was written.
 */

import type { ComponentChildren } from "preact";
import { useId, useState } from "preact/hooks";
import { language } from "../../../chat/browser/ui/catalogue.ts";
import { readMunicipalities } from "../municipalities.ts";
import { say } from "../part-words.ts";
import type { Settings } from "../settings.ts";
import type { Told } from "../telling.ts";
import { Awake } from "./awake.tsx";

export interface WishingProps {
  told: Told;
  onTell(told: Told): void;
  /** The service's answer about how it stands: a stranger's word. */
  said: unknown;
  languages: readonly { readonly tag: string; readonly name: string }[];
  settings: Settings;
  /** Since *Start chat*. */
  waiting: boolean;
  /** Why nobody who is there may answer. */
  unmet: readonly string[];
}

const TRIAGE = ["danger", "watched", "abroad"] as const;
const GENDERS = ["woman", "man"] as const;
const AGES = ["under-15", "15-17", "18-25", "over-25"] as const;
const MOST = 5;

interface WithNames extends WishingProps {
  /** How a name leaves the page. */
  nameHash(root: string, name: string): Promise<string>;
}

export function Wishing(props: WithNames) {
  const { told, onTell } = props;
  const tell = (more: Partial<Told>) => onTell({ ...told, ...more });
  return (
    <div class="wishing">
      <p>{say("intro")}</p>
      {props.waiting && <Awake />}
      <Group legend={say("now")}>
        {TRIAGE.map((what) => (
          <Toggle
            key={what}
            on={told.triage?.includes(what) ?? false}
            onPress={() => tell({ triage: toggled(told.triage, what) })}
          >
            {say(what)}
          </Toggle>
        ))}
        <p class="quiet">{say("sooner")}</p>
      </Group>
      <Group legend={say("who")}>
        {GENDERS.map((gender) => (
          <Toggle
            key={gender}
            on={told.gender === gender}
            onPress={() => onTell(told.gender === gender ? without(told, "gender") : { ...told, gender })}
          >
            {say(gender)}
          </Toggle>
        ))}
      </Group>
      <Languages {...props} />
      <p class="quiet">{say("slower")}</p>
      <Names {...props} />
      <Age {...props} />
      <Municipality {...props} />
    </div>
  );
}

/** Nobody who is there now may answer: which wish it is, and how to go on without it. */
export function Unmet({ unmet, told, onTell }: WishingProps) {
  if (unmet.length === 0) return null;
  const drop: Record<string, keyof Told> = { language: "languages", gender: "gender", without: "without" };
  return (
    <section class="unmet" role="status">
      {unmet.map((wish) => {
        const key = drop[wish];
        return (
          <div key={wish}>
            <p>{say(`no-${wish}`)}</p>
            {key && told[key] && (
              <button type="button" class="button" onClick={() => onTell(without(told, key))}>
                {say("drop")}
              </button>
            )}
          </div>
        );
      })}
      <p>{say("keep")}</p>
    </section>
  );
}

function Languages({ told, onTell, languages }: WishingProps) {
  const chosen = told.languages ?? [];
  // Words of our own behind a tag, such as easy Swedish, are no language that somebody answers in.
  const spoken = languages.filter(({ tag }) => !tag.includes("-x-"));
  return (
    <Group legend={say("languages")} class="chips">
      {spoken.map(({ tag, name }) => (
        <button
          key={tag}
          type="button"
          lang={tag}
          aria-pressed={chosen.includes(tag)}
          disabled={chosen.length >= MOST && !chosen.includes(tag)}
          onClick={() => onTell({ ...told, languages: toggled(chosen, tag) })}
        >
          {name}
        </button>
      ))}
    </Group>
  );
}

/** By their hashes, as they were written here. */
const names = new Map<string, string>();

function Names({ told, onTell, settings, nameHash }: WithNames) {
  const [name, write] = useState("");
  const [id, hint] = [useId(), useId()];
  const chosen = told.without ?? [];
  const add = async (event: Event) => {
    event.preventDefault();
    const written = name.trim();
    if (!written) return;
    const hash = await nameHash(settings.root, written);
    names.set(hash, written);
    write("");
    if (!chosen.includes(hash)) onTell({ ...told, without: [...chosen, hash] });
  };
  return (
    <form class="wish-names" onSubmit={add}>
      <label for={id}>{say("without")}</label>
      <p id={hint} class="quiet">
        {say("name")}
      </p>
      {chosen.map((hash) => (
        <button
          key={hash}
          type="button"
          class="button"
          onClick={() => onTell({ ...told, without: toggled(chosen, hash) })}
        >
          {say("remove", { name: names.get(hash) ?? "…" })}
        </button>
      ))}
      {chosen.length < MOST && (
        <div class="wish-row">
          <input
            id={id}
            aria-describedby={hint}
            value={name}
            maxLength={40}
            autocomplete="off"
            spellcheck={false}
            {...{ autocorrect: "off" }}
            onInput={({ currentTarget }) => write(currentTarget.value)}
          />
          <button type="submit" class="button">
            {say("add")}
          </button>
        </div>
      )}
    </form>
  );
}

function Age({ told, onTell }: WishingProps) {
  const words = (age: (typeof AGES)[number]) => {
    const [first = "", last = ""] = age.split("-");
    if (first === "under" || first === "over") return say(first, { n: last });
    return `${first}–${last}`;
  };
  return (
    <Choice
      label={say("age")}
      value={told.age ?? ""}
      options={AGES.map((age) => [age, words(age)])}
      onChoose={(value) => {
        const age = AGES.find((one) => one === value);
        onTell(age ? { ...told, age } : without(told, "age"));
      }}
    />
  );
}

/** The page's own is only shown first: it is told by a press and not before. */
function Municipality({ told, onTell, said, settings }: WishingProps) {
  const known = readMunicipalities(said, language.value?.tag ?? "sv");
  const shown = known.some(([code]) => code === settings.municipality) ? settings.municipality : "";
  const [chosen, choose] = useState(told.municipality ?? shown);
  if (known.length === 0) return null;
  const tell = (value: string) =>
    onTell(value ? { ...told, municipality: value } : without(told, "municipality"));
  return (
    <div class="wish-municipality">
      <Choice
        label={say("municipality")}
        value={chosen}
        options={[...known, ["other", say("another")]]}
        onChoose={(value) => {
          choose(value);
          tell(value);
        }}
      />
      {chosen && (
        <Toggle on={told.municipality === chosen} onPress={() => tell(told.municipality ? "" : chosen)}>
          {say("tell")}
        </Toggle>
      )}
      <p class="quiet">{say("same")}</p>
    </div>
  );
}

interface ChoiceProps {
  label: string;
  value: string;
  options: readonly (readonly [value: string, words: string])[];
  onChoose(value: string): void;
}

function Choice({ label, value, options, onChoose }: ChoiceProps) {
  const id = useId();
  return (
    <div class="wish-row">
      <label for={id}>{label}</label>
      <select id={id} value={value} onChange={({ currentTarget }) => onChoose(currentTarget.value)}>
        <option value="">{say("unsaid")}</option>
        {options.map(([key, words]) => (
          <option key={key} value={key}>
            {words}
          </option>
        ))}
      </select>
    </div>
  );
}

function Group(props: { legend: string; class?: string; children: ComponentChildren }) {
  return (
    <fieldset class={`entrances ${props.class ?? ""}`}>
      <legend>{props.legend}</legend>
      {props.children}
    </fieldset>
  );
}

function Toggle(props: { on: boolean; onPress(): void; children: ComponentChildren }) {
  return (
    <button type="button" class="entrance" aria-pressed={props.on} onClick={props.onPress}>
      {props.children}
    </button>
  );
}

function toggled<T>(list: readonly T[] = [], one: T): T[] {
  return list.includes(one) ? list.filter((other) => other !== one) : [...list, one];
}

function without(told: Told, key: keyof Told): Told {
  const { [key]: _, ...rest } = told;
  return rest;
}

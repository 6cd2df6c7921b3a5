/** The questions themselves (Call 1), in words that a frightened child understands. */

import { language, t } from "../../../../chat/browser/ui/catalogue.ts";
import { Choice, Field } from "../../../../chat/browser/ui/field.tsx";
import { Said } from "../../views/said.tsx";
import { type Answers, OWN_WORDS } from "../answers.ts";
import type { Form, Story } from "../form.ts";
import { languageName } from "../words.ts";

const SHORT = 60;

export function PhoneNumber({ form }: { form: Form }) {
  return (
    <>
      <p>
        <Said at={["callback.number.locked"]} />
      </p>
      {form.entrance() === "work" && (
        <p class="notice">
          <Said at={["callback.number.work"]} />
        </p>
      )}
      <Field
        label={t("callback.number.label")}
        headed
        kind="tel"
        value={form.answers.number}
        most={40}
        onWrite={(number) => form.answer({ number })}
      />
      <h2>{t("callback.traces.heading")}</h2>
      <ul class="points">
        {["hidden", "log", "bill", "back"].map((key) => (
          <li key={key}>
            <Said at={[`callback.traces.${key}`]} />
          </li>
        ))}
      </ul>
    </>
  );
}

export function Who({ form }: { form: Form }) {
  return (
    <Field
      label={t("callback.who.label")}
      headed
      words={t("callback.who.words")}
      value={form.answers.who}
      most={100}
      onWrite={(who) => form.answer({ who })}
    />
  );
}

export function Answer({ form }: { form: Form }) {
  const { answer, own } = form.answers;
  const stories = (form.terms.value?.covers ?? []).map(
    (story, place) => [String(place), storyWords(story)] as const,
  );
  return (
    <>
      <Choice
        label={t("callback.answer.label")}
        headed
        words={t("callback.answer.words")}
        value={answer}
        options={[
          ["", t("callback.answer.any")],
          ["hang-up", t("callback.answer.hang-up")],
          ["wrong-number", t("callback.answer.wrong-number")],
          ...stories.filter(([, said]) => said),
          [OWN_WORDS, t("callback.answer.own")],
        ]}
        onChoose={(chosen) => form.answer({ answer: chosen })}
      />
      {answer === OWN_WORDS && (
        <Field
          label={t("callback.answer.ownLabel")}
          value={own}
          most={300}
          onWrite={(words) => form.answer({ own: words })}
        />
      )}
    </>
  );
}

function storyWords({ words, text }: Story): string {
  const tag = language.value?.tag ?? "";
  return words ? t(`callback.cover.${words}`) : (text[tag] ?? text[tag.split("-x-")[0] ?? tag] ?? "");
}

export function Word({ form, name }: { form: Form; name: "word" | "notFree" }) {
  return (
    <Field
      label={t(`callback.${name}.label`)}
      headed
      words={t(`callback.${name}.words`)}
      value={form.answers[name]}
      most={SHORT}
      onWrite={(value) => form.answer({ [name]: value })}
    />
  );
}

/** No, until somebody says yes. */
export function Messages({ form }: { form: Form }) {
  return (
    <>
      <p>
        <Said at={["callback.messages.words"]} />
      </p>
      {(["text", "voicemail"] as const).map((name) => (
        <Choice
          key={name}
          label={t(`callback.messages.${name}`)}
          value={form.answers[name] ? "yes" : "no"}
          options={[
            ["no", t("callback.card.no")],
            ["yes", t("callback.card.yes")],
          ]}
          onChoose={(value) => form.answer({ [name]: value === "yes" })}
        />
      ))}
    </>
  );
}

export function Caller({ form, spoken }: { form: Form; spoken: string }) {
  return (
    <>
      <Choice
        label={t("callback.caller.language")}
        value={form.answers.language || spoken}
        options={Object.keys(__OWN_WORDS__).map((tag) => [tag, languageName(tag)] as const)}
        onChoose={(tag) => form.answer({ language: tag })}
      />
      <Choice
        label={t("callback.caller.label")}
        value={form.answers.caller}
        options={[
          ["", t("callback.caller.any")],
          ["woman", t("callback.caller.woman")],
          ["man", t("callback.caller.man")],
        ]}
        onChoose={(caller) => form.answer({ caller: caller as Answers["caller"] })}
      />
    </>
  );
}

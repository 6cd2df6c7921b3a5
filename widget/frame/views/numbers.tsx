/** Numbers to call, each as a link that works inside the frame (Before 1). */

import { has, language, t } from "../../../chat/browser/ui/catalogue.ts";
import { entrance, forWhom, type NumberToCall, numbers } from "../numbers.ts";
import { Said } from "./said.tsx";

export function Numbers() {
  return (
    // biome-ignore lint/a11y/noRedundantRoles: Safari forgets a list without markers
    <ul role="list" class="numbers">
      {forWhom(numbers.value, entrance.value).map((entry) => (
        <Row key={entry.number} {...entry} />
      ))}
    </ul>
  );
}

function Row({ name, number, audience, words, note }: NumberToCall) {
  const { tag = "" } = language.value ?? {};
  const own = note[tag] ?? note[tag.split("-x-")[0] ?? tag];
  const key = [`shared.numbers.${words}.note`, `shared.audience.${audience}`].find(has);
  const named = `shared.numbers.${words}.name`;
  return (
    <li>
      <a href={`tel:${number.replace(/[ -]/g, "")}`} target="_top">
        <span class="number-name">{has(named) ? t(named) : name}</span> <bdi class="number">{number}</bdi>
      </a>
      {typeof own === "string" ? (
        <p class="quiet">{own.slice(0, 200)}</p>
      ) : (
        key && (
          <p class="quiet">
            <Said at={[key]} />
          </p>
        )
      )}
    </li>
  );
}

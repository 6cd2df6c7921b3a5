/** The place of *Ask us to call you*, whose screens are a part of their own. */

import { t } from "../../../chat/browser/ui/catalogue.ts";
import type { Calls } from "../calls.ts";
import { Heading } from "./heading.tsx";
import { Missing } from "./missing.tsx";

export function AskToCall({ calls }: { calls: Calls }) {
  return (
    <button type="button" class="button" onClick={() => void calls.ask()}>
      {t("visitor.call")}
    </button>
  );
}

/** `answered`: somebody has opened the chat meanwhile. */
export function Calling({ calls, answered }: { calls: Calls; answered: boolean }) {
  const call = calls.call.value;
  if (call) return <call.Screen answered={answered} onClose={() => calls.close()} />;
  return (
    <main class="screen">
      <Heading>{t("visitor.call")}</Heading>
      {calls.missing.value ? (
        <Missing onAgain={() => void calls.ask()} />
      ) : (
        <p role="status">{t("visitor.waiting.connecting")}</p>
      )}
    </main>
  );
}

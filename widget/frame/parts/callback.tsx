/** A request to be called, asked for when somebody wants it (`parts.ts`): its screens, and what of the core seals and sends it. */

import { alarmOf } from "../../../chat/browser/core/alarms.ts";
import { CallbackService, type KnownRequest } from "../../../chat/browser/core/callback-service.ts";
import { Unreachable } from "../../../chat/browser/core/errors.ts";
import { Veil } from "../../../chat/browser/core/veil.ts";
import cardStyle from "../../../chat/browser/ui/call-card.css";
import fieldStyle from "../../../chat/browser/ui/field.css";
import { adopt } from "../../../chat/browser/ui/sheets.ts";
import { Form, type Service } from "../callback/form.ts";
import style from "../callback/views/call.css";
import { CallScreen } from "../callback/views/call.tsx";
import weekStyle from "../callback/views/week.css";
import { fetchWords } from "../callback/words.ts";
import type { Call } from "../calls.ts";
import { entrance } from "../numbers.ts";
import type { Settings } from "../settings.ts";

let adopted = false;

/** Rejects when the words do not come. */
export async function beginCall({ origin, root, code, embedded, demo }: Settings): Promise<Call> {
  await fetchWords(origin);
  if (!adopted) adopt(document, fieldStyle, cardStyle, style, weekStyle);
  adopted = true;
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
  // A page of our own says which realm it is of; the root that a municipality pins says it by its document (K1).
  const service = new CallbackService({
    origin,
    root,
    ...(embedded ? {} : { realm: demo ? "varsam-demo" : "varsam" }),
  });
  const form = new Form(joined(service), new Veil(), timeZone, () => entrance.value ?? "");
  if (code) form.phase.value = "code";
  else void form.open();
  return {
    Screen: (props) => <CallScreen form={form} origin={origin} {...props} />,
    hide: () => form.hide(),
    show: () => void form.show(),
    wipe: () => form.wipe(),
  };
}

function joined(service: CallbackService): Service<KnownRequest> {
  return {
    terms: () => service.terms(),
    send: async (wish, known, tell) => (await service.send(wish, known, tell))?.join(" ") ?? null,
    find: (code) => service.find(code),
    status: (known) => service.status(known),
    cancel: (known) => service.cancel(known),
    stop: () => service.stop(),
    codeOf: (error) => (error instanceof Unreachable ? { code: "offline" } : alarmOf(error)),
  };
}

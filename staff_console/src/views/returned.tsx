/**
 * The return code at a counsellor's desk (R1, R2, Talk 2): that the visitor has one, what to agree on, who is away and may be
 * set aside, and that whoever came back by one is not recognised before a person here says so.
 */

import type { ConversationView } from "../../../chat/browser/core/view.ts";
import { t } from "../../../chat/browser/ui/catalogue.ts";
import type { Commands } from "./commands.ts";
import { goTo } from "./pane.ts";

interface ReturnedProps {
  conversation: ConversationView;
  commands: Commands;
}

export function Returned({ conversation, commands }: ReturnedProps) {
  return (
    <>
      {conversation.cameBackTo !== null && (
        <CameBack
          to={conversation.cameBackTo}
          recognised={conversation.recognised}
          onRecognise={() => {
            commands.recognise(conversation.sid);
            goTo(conversation.sid);
          }}
        />
      )}
      {conversation.hasCode && conversation.visitorHere && (
        <p class="aside quiet">{t("staff.returned.hasCode")}</p>
      )}
      {conversation.hasCode && !conversation.visitorHere && (
        <div class="aside" role="status">
          <p>{t("staff.returned.away")}</p>
          <button type="button" class="button" onClick={() => commands.setAside(conversation.sid)}>
            {t("staff.returned.setAside")}
          </button>
        </div>
      )}
    </>
  );
}

interface CameBackProps {
  /** Visitor 1, 2, 3 …; 0 where this page does not have that one any more. */
  to: number;
  recognised: boolean;
  onRecognise(): void;
}

function CameBack({ to, recognised, onRecognise }: CameBackProps) {
  if (recognised) return <p class="aside quiet">{t("staff.returned.recognised")}</p>;
  return (
    <div class="aside" role="status">
      <p>
        <strong>{t("staff.returned.heading")}</strong>
        {to > 0 && ` ${t("staff.returned.to", { number: to })}`}
      </p>
      <p>{t("staff.returned.ask")}</p>
      <button type="button" class="button" onClick={onRecognise}>
        {t("staff.returned.button")}
      </button>
    </div>
  );
}

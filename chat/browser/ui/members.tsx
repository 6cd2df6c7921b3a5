/** *In this conversation*: the visitor, and exactly the members whom the visitor's own browser let in (E4, Talk 6). */

import { useId } from "preact/hooks";
import type { MemberView } from "../core/view.ts";
import { t } from "./catalogue.ts";

/** `visitor`: what the visitor is called on this screen. */
export function Members({ members, visitor }: { members: readonly MemberView[]; visitor: string }) {
  const heading = useId();
  return (
    <section class="members">
      <p id={heading} class="members-label">
        {t("shared.members.heading")}
      </p>
      {/* biome-ignore lint/a11y/noRedundantRoles: Safari forgets a list without markers */}
      <ul role="list" aria-labelledby={heading}>
        <li>{visitor}</li>
        {members.map((member) => (
          <Member key={member.pseudonym} member={member} />
        ))}
      </ul>
    </section>
  );
}

function Member({ member }: { member: MemberView }) {
  const role = t(`shared.role.${member.role}`);
  return (
    <li>
      <bdi>{member.pseudonym}</bdi>{" "}
      <span class="member-role">{member.me ? t("shared.members.me") : role}</span>
      {member.joining && <span class="member-role">{t("shared.members.joining")}</span>}
    </li>
  );
}

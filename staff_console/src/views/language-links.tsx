/** The console in another language. Plain links: before signing in there is nothing that a new page could lose. */

import { t } from "../../../chat/browser/ui/catalogue";

const LANGUAGES = [
  { tag: "sv", name: "Svenska" },
  { tag: "en", name: "English" },
];

export function LanguageLinks() {
  return (
    <nav class="languages" aria-label={t("staff.languages")}>
      {LANGUAGES.map(({ tag, name }) => (
        <a
          key={tag}
          href={`?lang=${tag}`}
          lang={tag}
          hreflang={tag}
          aria-current={document.documentElement.lang === tag ? "true" : undefined}
        >
          {name}
        </a>
      ))}
    </nav>
  );
}

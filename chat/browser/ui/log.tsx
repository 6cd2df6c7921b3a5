/**
 * *Messages*: what was written, oldest first, each with its state in words (Talk 4). A live region that tells of a new
 * message once: states change outside of it, and what was told is never told again.
 */

import { useLayoutEffect, useRef } from "preact/hooks";
import type { MessageView } from "../core/view.ts";
import { clock, t } from "./catalogue.ts";

/** So near to the end (CSS px), one counts as reading along. */
const NEAR_PX = 80;

interface LogProps {
  messages: readonly MessageView[];
  /** Who is called what on this screen: "me", "visitor" or a pseudonym → a name. */
  nameOf(from: string): string;
  /** What the service says, by its code and whom it is about → words. */
  serviceWords(code: string, about: string): string;
}

export function Log(props: LogProps) {
  return <Region key={useComingBack(props.messages)} {...props} />;
}

/** What was told on this page, by people, by its id. */
const told = new Set<string>();

/**
 * Words that were out of sight and come back (Trace 6, Leave 9) come together with a live region of their own: what is
 * in a region from the first is not read aloud again. The number of that region.
 */
function useComingBack(messages: readonly MessageView[]): number {
  const region = useRef(0);
  const shown = useRef(new Set<string>());
  const people = messages.flatMap(({ id, from }) => (from === "service" ? [] : [id]));
  if (people.some((id) => told.has(id) && !shown.current.has(id))) region.current++;
  shown.current = new Set(people);
  for (const id of people) told.add(id);
  return region.current;
}

function Region({ messages, nameOf, serviceWords }: LogProps) {
  const box = useRef<HTMLDivElement>(null);
  useReadingAlong(box, messages);
  return (
    <div
      ref={box}
      class="log"
      role="log"
      aria-label={t("shared.messages")}
      aria-relevant="additions"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
      tabIndex={0}
    >
      {/* biome-ignore lint/a11y/noRedundantRoles: Safari forgets a list without markers */}
      <ol role="list">
        {messages.map((message, index) =>
          message.from === "service" ? (
            <li key={message.id} class="message" data-from="service">
              <p>{serviceWords(message.text, message.about ?? "")}</p>
            </li>
          ) : (
            <Message
              key={message.id}
              message={message}
              name={nameOf(message.from)}
              follows={messages[index - 1]?.from === message.from}
            />
          ),
        )}
      </ol>
    </div>
  );
}

/** `follows`: the one before is by the same person, whose name is then only heard. */
function Message({ message, name, follows }: { message: MessageView; name: string; follows: boolean }) {
  const { from, text, state, at } = message;
  return (
    <li class="message" data-from={from === "me" ? "me" : "them"} data-follows={follows}>
      <p class={follows ? "visually-hidden" : "message-who"}>
        <bdi>{name}</bdi>
      </p>
      <p class="message-text" dir="auto">
        {text}
      </p>
      <p class="message-meta" aria-live="off">
        {at > 0 && <time>{clock(at)}</time>}
        {state && (
          <span class="message-state" data-state={state}>
            {t(`shared.state.${state}`)}
          </span>
        )}
      </p>
    </li>
  );
}

/**
 * Stay at the end when one was there, or wrote the newest; otherwise leave what is being read where it is. A smaller box
 * (the on-screen keyboard) or one that was hidden meanwhile stays at the end too.
 */
function useReadingAlong(box: { current: HTMLElement | null }, messages: readonly MessageView[]): void {
  const along = useRef(true);
  const newest = messages.at(-1);
  const known = useRef(newest?.id);
  useLayoutEffect(() => {
    if (newest?.from === "me" && newest.id !== known.current) along.current = true;
    known.current = newest?.id;
    if (newest && along.current) toTheEnd(scroller(box.current));
  });
  useLayoutEffect(() => {
    const element = scroller(box.current);
    if (!element) return;
    const look = () => {
      along.current = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR_PX;
    };
    const observer = new ResizeObserver(() => known.current && along.current && toTheEnd(element));
    element.addEventListener("scroll", look);
    observer.observe(element);
    return () => {
      element.removeEventListener("scroll", look);
      observer.disconnect();
    };
  }, [box]);
}

/** What scrolls: the log, or an element around it that says so, where something stands before the first message. */
function scroller(log: HTMLElement | null): HTMLElement | null {
  return log?.closest<HTMLElement>("[data-scrolls]") ?? log;
}

function toTheEnd(element: HTMLElement | null): void {
  if (element) element.scrollTop = element.scrollHeight;
}

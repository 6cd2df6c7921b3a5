/** What stands in a part of the code: fetched when somebody asks for it, and said in words where it does not come. */

import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Missing } from "./missing.tsx";

interface BehindProps<P> {
  load(): Promise<P>;
  children(part: P): ComponentChildren;
}

export function Behind<P>({ load, children }: BehindProps<P>) {
  const [part, take] = useState<P | null>(null);
  const [missing, miss] = useState(false);
  const ask = () => {
    miss(false);
    load().then(take, () => miss(true));
  };
  useEffect(ask, []);
  if (missing) return <Missing onAgain={ask} />;
  return <>{part && children(part)}</>;
}

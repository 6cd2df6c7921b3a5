/** What a counsellor can do from the screen. The views know these verbs and no more of what carries them out. */

export interface Commands {
  signIn(pseudonym: string): void;
  goOnDuty(): void;
  goOffDuty(): void;
  /** Take next. */
  take(): void;
  write(sid: string, text: string): void;
  /** A person has seen everything that stands in this conversation. */
  read(sid: string): void;
  /** End it for everybody, and erase it. */
  end(sid: string): void;
  /** Take an ended conversation off the screen. */
  dismiss(sid: string): void;
}

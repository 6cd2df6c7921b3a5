/** Two soft tones, made here and fetched from nowhere. A browser plays nothing before somebody has pressed something. */

const TONES_HERTZ = [660, 880];
const TONE_SECONDS = 0.22;
const LOUDNESS = 0.25;

let context: AudioContext | null = null;

/** Whether a tone would be heard now, as far as the browser tells. */
export function canRing(): boolean {
  return context?.state === "running";
}

/** To be called where somebody presses something; what the browser answers comes a moment later. */
export async function unlock(): Promise<void> {
  if (!("AudioContext" in window)) return;
  context ??= new AudioContext();
  if (context.state !== "running") await Promise.race([context.resume(), soon()]);
}

export function ring(): void {
  const on = context;
  if (on?.state !== "running") return;
  const start = on.currentTime + 0.02;
  for (const [place, hertz] of TONES_HERTZ.entries()) tone(on, hertz, start + place * TONE_SECONDS);
}

function tone(on: AudioContext, hertz: number, at: number): void {
  const loud = on.createGain();
  loud.gain.setValueAtTime(0, at);
  loud.gain.linearRampToValueAtTime(LOUDNESS, at + 0.03);
  loud.gain.exponentialRampToValueAtTime(0.001, at + TONE_SECONDS);
  const voice = on.createOscillator();
  voice.frequency.value = hertz;
  voice.connect(loud).connect(on.destination);
  voice.start(at);
  voice.stop(at + TONE_SECONDS);
}

/** Where nobody has pressed anything, the browser never answers. */
function soon(): Promise<void> {
  return new Promise((done) => setTimeout(done, 300));
}

/** Ages and countdowns are shown in minutes: this often is enough for them to be right when looked at. */
const TICK = 10_000;
/** The Date header has a resolution of a second, and the answer took time to arrive: less than this is no difference. */
const TOLERANCE = 5_000;

let offset = 0;
let now = $state(Date.now());

setInterval(refresh, TICK);
document.addEventListener("visibilitychange", refresh);

/** The server's time, in ms; whoever reads it in a component is drawn again as time goes by. */
export const clock = {
  get now(): number {
    return now;
  },
};

/** Learns from an answer's Date header how far this machine's clock is off. */
export function noteServerTime(header: string | null): void {
  const server = header ? Date.parse(header) : Number.NaN;
  if (Number.isNaN(server)) return;
  const difference = server - Date.now();
  const corrected = Math.abs(difference) > TOLERANCE ? difference : 0;
  if (Math.abs(corrected - offset) <= TOLERANCE) return;
  offset = corrected;
  refresh();
}

function refresh(): void {
  now = Date.now() + offset;
}

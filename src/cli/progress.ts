/** Fewer connectors are checked before a progress bar could be read. */
const minConnectors = 20;
/** Characters of a full bar. */
const barWidth = 25;

/** Shows on stderr how many connectors are checked, if stderr is a terminal. */
export function progressBar(): (done: number, total: number) => void {
  let shownPercent = -1;
  return (done, total) => {
    if (!process.stderr.isTTY || total < minConnectors) return;
    const percent = Math.floor((100 * done) / total);
    if (percent === shownPercent) return;
    shownPercent = percent;
    const filled = Math.round((barWidth * percent) / 100);
    const bar = '█'.repeat(filled) + '░'.repeat(barWidth - filled);
    process.stderr.write(done === total ? '\r\u001b[K' : `\r${bar} ${done} of ${total} connectors`);
  };
}

/**
 * Loaded before a program (`node --import`): when it ends, says on file descriptor 3 how many
 * kilobytes it took at most, threads included.
 */
import { writeSync } from 'node:fs';

process.on('exit', () => writeSync(3, String(process.resourceUsage().maxRSS)));

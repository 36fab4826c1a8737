import { describeActor } from '../facts/waiting-on.ts';
import { gateTitles, type Gate } from '../model/gate.ts';
import { markdownTable } from '../../report/markdown.ts';

function resultOf(gate: Gate): string {
  switch (gate.status) {
    case 'passed':
      return '✅ passed';
    case 'failed':
      return '❌ failed';
    case 'waiting':
      return `⏳ waiting for ${describeActor[gate.actor]}`;
    case 'unjudged':
      return '❔ not checked yet';
  }
}

/** A table of gates, what needs someone first. */
export function gatesTable(gates: readonly Gate[]): string {
  const order = { failed: 0, waiting: 1, unjudged: 2, passed: 3 };
  const rows = gates
    .toSorted((a, b) => order[a.status] - order[b.status])
    .map((gate) => [gateTitles[gate.name], resultOf(gate), gate.reason]);
  return markdownTable(['Check', 'Result', 'Why'], rows);
}

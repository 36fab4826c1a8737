import {
  certificationAnswer,
  findingsFor,
  type CertificationError,
} from '../facts/certification-answer.ts';
import type { Facts } from '../model/facts.ts';
import { listed, loginText, sentences } from '../model/markdown.ts';
import { bulletList, codeSpan, messageToMarkdown } from '../../report/markdown.ts';

/** That the certification began, and what it answered beside the findings with the same codes. */
export function certificationSection(facts: Facts): string {
  const { records } = facts.commands;
  const request = records.ok ? records.value.certification : undefined;
  const begun = request
    ? `The certification began on ${request.at.slice(0, 10)}, at the request of ` +
      `${loginText(request.by)}.`
    : '';
  const errors = certificationAnswer(facts);
  if (!errors) return begun;
  const account = codeSpan(facts.displaySettings.certificationAccount);
  const answer =
    `**The last answer of the certification (${account}) lists these errors.** Gatehouse only ` +
    `repeats them; they decide nothing here.\n\n${bulletList(errors.map((error) => itemOf(error, facts)))}`;
  return begun === '' ? answer : `${begun}\n\n${answer}`;
}

function itemOf(error: CertificationError, facts: Facts): string {
  const { text, codes } = error;
  const found = findingsFor(error, facts);
  const [first] = found;
  const names = codes.length === 0 ? '' : ` (${listed(codes.map(codeSpan))})`;
  if (!first) return `${codeSpan(text)}${names}`;
  const more = found.length > 1 ? ` and ${found.length - 1} more` : '';
  return (
    `${codeSpan(text)}${names}. Gatehouse found: ` +
    `${messageToMarkdown(sentences(first.message)[0])} (${codeSpan(first.rule)})${more}.`
  );
}

import type { Decision } from '../review/decide.ts';
import type { Evaluation } from './evaluate.ts';
import type { EvaluationPurpose } from './evaluation-input.ts';
import type { ReviewStep } from './review-steps.ts';

/** What an evaluation must be for, so that it has a step. */
export const purposeOf = (step: ReviewStep): Exclude<EvaluationPurpose, 'effects'> =>
  step === 'comment' ? 'preview' : 'evaluation';

/** A step of a review as text: the comment and the check in Markdown, the others as JSON. */
export function showStep(evaluation: Evaluation, step: ReviewStep): string {
  const { comment, check } = evaluation.decision;
  if (step === 'comment') return comment ?? 'Gatehouse would not comment: there is nothing to say.';
  if (step !== 'check') return JSON.stringify(evaluation[step], null, 2);
  return check
    ? showCheck(check)
    : 'Gatehouse would not write a check run: the pull request is closed, or older than `since` ' +
        'in the settings.';
}

const showCheck = ({
  title,
  outcome,
  summary,
  annotations,
}: NonNullable<Decision['check']>): string =>
  [
    `# ${title}`,
    `Conclusion: ${outcome === 'pending' ? 'none yet' : outcome}. ` +
      `Annotations on the lines of the files: ${annotations.length}.`,
    summary,
  ].join('\n\n');

import { ok } from '../review/model/result.ts';
import type { RepositoryName, Result } from '../review/model/snapshot.ts';
import type { Client } from './client.ts';
import {
  integerAt,
  objectAt,
  orUnreadable,
  parseValid,
  shaAt,
  stringAt,
  stringAtOr,
  toList,
  toObject,
} from './parse-response.ts';

/** The last commit of a branch. */
export const readBranchTip = (
  client: Client,
  repository: RepositoryName,
  branch: string,
): Promise<Result<string>> =>
  orUnreadable(async () => {
    const response = await client.get('GET /repos/{owner}/{repo}/branches/{branch}', {
      ...repository,
      branch,
    });
    return response.ok
      ? ok(shaAt(objectAt(toObject(response.value, 'a branch'), 'commit'), 'sha'))
      : response;
  });

/** The names of the labels of a repository. */
export const readLabelNames = (
  client: Client,
  repository: RepositoryName,
): Promise<Result<string[]>> =>
  orUnreadable(async () => {
    const labels = await client.listAll('GET /repos/{owner}/{repo}/labels', { ...repository });
    return labels.ok
      ? ok(parseValid(labels.value, (label) => stringAt(toObject(label, 'a label'), 'name')))
      : labels;
  });

/** Something in `CODEOWNERS` that GitHub does not understand. */
export interface CodeownersError {
  /** Both count from 1. */
  line: number;
  column: number;
  /** In GitHub's words: `Unknown owner`. */
  kind: string;
  /** The text of the line. */
  source: string;
}

/** What GitHub does not understand in `CODEOWNERS`. */
export const readCodeownersErrors = (
  client: Client,
  repository: RepositoryName,
  ref: string,
): Promise<Result<CodeownersError[]>> =>
  orUnreadable(async () => {
    const response = await client.get('GET /repos/{owner}/{repo}/codeowners/errors', {
      ...repository,
      ref,
    });
    if (!response.ok) return response;
    const { errors } = toObject(response.value, 'the errors');
    return ok(
      parseValid(toList(errors, 'errors'), (item) => {
        const from = toObject(item, 'an error');
        return {
          line: integerAt(from, 'line'),
          column: integerAt(from, 'column'),
          kind: stringAt(from, 'kind'),
          source: stringAtOr(from, 'source', ''),
        };
      }),
    );
  });

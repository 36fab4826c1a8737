import { codeSpan } from '../../report/markdown.ts';
import { closestMatch } from '../../shared/did-you-mean.ts';
import { listed } from '../model/markdown.ts';
import { chooseSecondVersion, secondVersionNamed } from './choose-second-version.ts';
import type { Command } from './command.ts';
import { deployActions } from './deploy-actions.ts';

const names = deployActions.map(({ name }) => name);

export const deploy: Command = {
  name: 'deploy',
  usage: `/deploy ${names.join('|')} …`,
  description: 'changes how a version goes through the rings',
  forms: deployActions.map(({ usage, description, allowedRoles }) => ({
    usage: `/deploy ${usage}`,
    description,
    allowedRoles,
  })),
  argumentKind: 'action',
  allowedRoles: ['publisher', 'maintainer'],
  boundToHead: false,
  changesPullRequest: true,
  whenClosed: true,
  needsTrain: true,
  run(invocation, facts, consents) {
    const [, written = '', rest = ''] = /^(\S*)\s*([^]*)$/.exec(invocation.argument) ?? [];
    const word = written.toLowerCase().replace(/[.!]+$/, '');
    const secondVersion = secondVersionNamed(word, facts);
    if (secondVersion) return chooseSecondVersion(secondVersion, rest, invocation, facts);
    const action = deployActions.find(({ name }) => name === word);
    if (action) return action.run(rest, invocation, facts, consents);
    const meant = closestMatch(word, names, 2);
    const unknown =
      word === ''
        ? '`/deploy` alone does nothing.'
        : `There is no ${codeSpan(`/deploy ${written}`)}.`;
    return {
      refused:
        unknown +
        (meant === undefined ? '' : ` Did you mean ${codeSpan(`/deploy ${meant}`)}?`) +
        ` What follows it is one of ${listed(names.map((name) => codeSpan(name)))}; ` +
        '`/help` says what each does.',
    };
  },
};

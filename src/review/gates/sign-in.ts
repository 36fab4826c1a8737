import { messageToMarkdown } from '../../report/markdown.ts';
import { failed } from '../model/gate.ts';
import { sentences } from '../model/markdown.ts';
import { configurable } from './gate-mode.ts';

/** The rule that finds OAuth in connectors of independent publishers. */
const oauthRule = 'OAuthNotAllowed';

/** A connector does not start to use OAuth, which the certification refuses for its class. */
export const signIn = configurable(
  'sign-in',
  'The connector does not start to use OAuth.',
  ({ findings, kind, oauth }) => {
    const first = findings.find(({ rule, existing }) => rule === oauthRule && !existing);
    if (!first && !(oauth && kind === 'new')) return undefined;
    const what = first
      ? `${messageToMarkdown(sentences(first.message)[0])}.`
      : 'This connector uses OAuth.';
    return failed('author', 'The connector uses OAuth.', [
      `**Use another way to sign in than OAuth.** ${what} The certification refuses OAuth for new ` +
        'connectors of this class: use an API key or basic authentication, or ask the owner of the ' +
        'service to publish the connector.',
    ]);
  },
);

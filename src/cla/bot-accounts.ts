import { isPerson } from '../review/model/account.ts';
import type { Account, Person } from '../review/model/snapshot.ts';
import { accountOfNoreplyAddress } from './co-authors.ts';

/** Whose programs write commits, and how those sign them. */
interface Provider {
  name: string;
  /**
   * At these a `noreply` address, or one of `programs`, is a program. Only the provider can give
   * out a mailbox there, and nobody else an address that GitHub verifies.
   */
  domains: readonly string[];
  /**
   * Local parts of its programs besides those in `nobodys`. Never what a person may be called:
   * `claude@anthropic.com` may be a colleague of that name.
   */
  programs?: readonly string[];
  /**
   * Accounts of its programs that GitHub counts as users or may name without their type: the
   * numbers by the login, in small letters.
   */
  accounts?: Readonly<Record<string, readonly number[]>>;
}

/**
 * From what the programs write by default, and what their manuals say (2026-11). GitHub's Apps need
 * no entry: their accounts are of the type `Bot`, with a login that ends in `[bot]`, which no
 * person can have.
 */
const providers: readonly Provider[] = [
  // Copilot's reviews, its agent, its command line; copilot@github.com is what VS Code wrote until
  // April 2026 (microsoft/vscode#309951).
  {
    name: 'GitHub',
    domains: ['github.com'],
    programs: ['copilot'],
    accounts: { copilot: [175_728_472, 198_982_749, 223_556_219] },
  },
  {
    name: 'Anthropic',
    domains: ['anthropic.com'],
    programs: ['claude-code'],
    accounts: { claude: [81_847] },
  },
  { name: 'OpenAI', domains: ['openai.com'], programs: ['codex', 'chatgpt'] },
  {
    name: 'Cursor',
    domains: ['cursor.com', 'cursor.sh'],
    programs: ['cursoragent'],
    accounts: { cursoragent: [199_161_495] },
  },
  {
    name: 'Google',
    domains: ['google.com', 'antigravity.google'],
    programs: ['gemini-cli', 'gemini-code-assist'],
  },
  { name: 'Amazon', domains: ['amazon.com', 'aws.amazon.com', 'kiro.dev'], programs: ['amazon-q'] },
  { name: 'Aider', domains: ['aider.chat'], programs: ['aider'] },
  {
    name: 'Cognition',
    domains: [
      'cognition.ai',
      'cognition-labs.com',
      'devin.ai',
      'codeium.com',
      'windsurf.com',
      'windsurf.ai',
    ],
    programs: ['devin-ai', 'devin-ai-integration', 'windsurf', 'cascade'],
  },
  { name: 'OpenCode', domains: ['opencode.ai'], programs: ['opencode'] },
  { name: 'Sourcegraph', domains: ['sourcegraph.com', 'ampcode.com'], programs: ['amp'] },
  { name: 'OpenHands', domains: ['all-hands.dev', 'openhands.dev'], programs: ['openhands'] },
  { name: 'JetBrains', domains: ['jetbrains.com'], programs: ['junie'] },
  { name: 'Factory', domains: ['factory.ai'], programs: ['droid', 'factory-droid'] },
  { name: 'Charm', domains: ['charm.land'], programs: ['crush'] },
  { name: 'Mistral', domains: ['mistral.ai'], programs: ['vibe'] },
  {
    name: 'Alibaba',
    domains: ['alibabacloud.com', 'qwen.ai'],
    programs: ['qwen-coder', 'qwen-code'],
  },
  { name: 'ByteDance', domains: ['bytedance.com'], programs: ['traecli'] },
  { name: 'xAI', domains: ['x.ai'], programs: ['grok'] },
  { name: 'Zed', domains: ['zed.dev'], programs: ['assistant'] },
  { name: 'Warp', domains: ['warp.dev'], programs: ['oz-agent'] },
  { name: 'Replit', domains: ['replit.com'], programs: ['replit-agent'] },
  { name: 'Ona', domains: ['ona.com', 'gitpod.io'] },
  { name: 'Augment', domains: ['augmentcode.com'] },
  { name: 'Continue', domains: ['continue.dev'] },
  { name: 'Cline', domains: ['cline.bot'], programs: ['cline'] },
  { name: 'Kilo Code', domains: ['kilocode.ai'], programs: ['kilocode'] },
  { name: 'Roo Code', domains: ['roocode.com'], programs: ['roomote'] },
  { name: 'Tabnine', domains: ['tabnine.com'] },
  { name: 'Vercel', domains: ['vercel.com'], programs: ['v0'] },
];

/** Local parts that are nobody's mailbox. */
const nobodys: readonly string[] = [
  'noreply',
  'no-reply',
  'donotreply',
  'do-not-reply',
  'agent',
  'ai-agent',
  'bot',
];

const programsAt = new Map(
  providers.flatMap(({ domains, programs = [] }) =>
    domains.map((domain) => [domain, new Set([...nobodys, ...programs])] as const),
  ),
);
const programLogins = new Map(providers.flatMap(({ accounts = {} }) => Object.entries(accounts)));
const programAccounts: ReadonlySet<number> = new Set([...programLogins.values()].flat());

const isBotLogin = (login: string): boolean => login.toLowerCase().endsWith('[bot]');

/** Whether an account is a program's. */
export const isBotAccount = ({ id, login, type }: Account): boolean =>
  type === 'bot' || isBotLogin(login) || programAccounts.has(id);

/**
 * Whether a program wrote a commit, and no person. A commit names any address that its author
 * likes, so this excuses only the address: somebody must agree for the commit all the same.
 * @param more addresses of programs that the repository knows, in small letters
 *
 */
export function isBotIdentity({ email, account }: Person, more: ReadonlySet<string>): boolean {
  const address = email.trim().toLowerCase();
  if (more.has(address) || isProvidersAddress(address)) return true;
  const of = account.ok ? account.value : undefined;
  if (of) return isBotAccount(of);
  const named = accountOfNoreplyAddress(address);
  if (named === undefined) return false;
  if (named.id !== undefined && programAccounts.has(named.id)) return true;
  // GitHub finds the account of such an address by its number, which may be a person's whatever
  // login follows it: the login counts only if there is no such account.
  return account.ok && (isBotLogin(named.login) || programLogins.has(named.login));
}

/** Whether it is an address that a provider's program signs with. */
function isProvidersAddress(address: string): boolean {
  const at = address.lastIndexOf('@');
  const [local = ''] = address.slice(0, Math.max(at, 0)).split('+');
  return programsAt.get(address.slice(at + 1))?.has(local) === true;
}

/** Whether somebody can agree: a person, and no program that has a user's account. */
export const canAgree = (account: Account): boolean => isPerson(account) && !isBotAccount(account);

import { isPerson } from '../review/model/account.ts';
import type { Account, Person } from '../review/model/snapshot.ts';
import { accountOfNoreplyAddress } from './co-authors.ts';

/** A company whose programs write commits, and how these sign them. */
interface Provider {
  name: string;
  /**
   * At these domains a `noreply` address, or one of `programs`, belongs to a program. Only the
   * provider can create an address there that GitHub verifies.
   */
  domains: readonly string[];
  /**
   * Local parts of its programs, in addition to `programLocalParts`. Never a name that a person may
   * have: `claude@anthropic.com` may be an employee.
   */
  programs?: readonly string[];
  /**
   * The accounts of its programs whose type is not `Bot` on GitHub: ids by login in lower case.
   */
  accounts?: Readonly<Record<string, readonly number[]>>;
}

/**
 * From what the programs write by default, and from their documentation (2026-11). GitHub Apps need
 * no entry: their accounts have the type `Bot` and a login that ends in `[bot]`, which no person can
 * have.
 */
const providers: readonly Provider[] = [
  // Copilot's reviews, agent and command line. VS Code wrote copilot@github.com until April 2026
  // (microsoft/vscode#309951).
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
    domains: ['google.com', 'gemini.google.com', 'antigravity.google'],
    programs: ['gemini', 'gemini-cli', 'gemini-code-assist'],
    accounts: { 'gemini-cli': [218_195_315] },
  },
  {
    name: 'Amazon',
    domains: ['amazon.com', 'aws.amazon.com', 'kiro.dev'],
    programs: ['amazon-q'],
    accounts: { 'kiro-agent': [244_629_292] },
  },
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
  { name: 'Qoder', domains: ['qoder.com'], programs: ['qoder_ai', 'qoder'] },
  { name: 'Moonshot AI', domains: ['moonshot.ai', 'kimi.com'], programs: ['kimi', 'kimi-cli'] },
];

/** Local parts that never belong to a person. */
const programLocalParts: readonly string[] = [
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
    domains.map((domain) => [domain, new Set([...programLocalParts, ...programs])] as const),
  ),
);
const programLogins = new Map(providers.flatMap(({ accounts = {} }) => Object.entries(accounts)));
const programAccounts: ReadonlySet<number> = new Set([...programLogins.values()].flat());

const isBotLogin = (login: string): boolean => login.toLowerCase().endsWith('[bot]');

/** Whether an account belongs to a program. */
export const isBotAccount = ({ id, login, type }: Account): boolean =>
  type === 'bot' || isBotLogin(login) || programAccounts.has(id);

/**
 * Whether the author of a commit is a program. A commit can name any address as its author, so this
 * only exempts the address: a person must still sign for the commit.
 * @param assistants addresses of more programs, from the settings, in lower case
 */
export function isBotIdentity(
  { email, account }: Person,
  assistants: ReadonlySet<string>,
): boolean {
  const address = email.trim().toLowerCase();
  if (assistants.has(address) || isProvidersAddress(address)) return true;
  const owner = account.ok ? account.value : undefined;
  if (owner) return isBotAccount(owner);
  const noreply = accountOfNoreplyAddress(address);
  if (noreply === undefined) return false;
  if (noreply.id !== undefined && programAccounts.has(noreply.id)) return true;
  // GitHub finds the account of a no-reply address by its id, whatever login follows. So the login
  // counts only if there is no such account.
  return account.ok && (isBotLogin(noreply.login) || programLogins.has(noreply.login));
}

/**
 * Whether a co-author is a program, also one of a provider that is not in the list: nobody reads
 * what is sent to a no-reply address, so no person can link it to an account. This does not hold for
 * the author of a commit, because anyone could escape the CLA with such an address. A co-author
 * could be left out as well, so nothing is lost.
 */
export const isBotCoAuthor = (person: Person, assistants: ReadonlySet<string>): boolean =>
  isBotIdentity(person, assistants) ||
  (person.account.ok &&
    person.account.value === null &&
    /^(?:no-?reply|do-?not-?reply)(?:\+[^@]*)?@/i.test(person.email.trim()));

/** Whether a program of one of the providers uses the address. */
function isProvidersAddress(address: string): boolean {
  const at = address.lastIndexOf('@');
  const [local = ''] = address.slice(0, Math.max(at, 0)).split('+');
  return programsAt.get(address.slice(at + 1))?.has(local) === true;
}

/** Whether an account can sign the CLA: it belongs to a person, not to a program. */
export const canAgree = (account: Account): boolean => isPerson(account) && !isBotAccount(account);

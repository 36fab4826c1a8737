import { addressOf, runsAs } from '../shared/project.ts';
import type { NewApp } from '../github/convert-manifest.ts';
import { html, type Html } from '../report/html.ts';
import { page } from './html.ts';
import { permissionPurposes, type Manifest } from './manifest.ts';

/** What the page is filled with. */
export interface SetupPageOptions {
  version: string;
  manifest: Manifest;
  /** The manifest as JSON, complete with addresses. */
  manifestJson: string;
  /** Where GitHub registers Apps. */
  registrationUrl: string;
  /** Where GitHub will deliver events. */
  webhookUrl: string;
  /** Whether GitHub may be able to reach that address. */
  isReachable: boolean;
  /** The organization that will own the App; '' for the account of the person who registers it. */
  organization: string;
  /** The file that the credentials are written to. */
  envFile: string;
}

/** The page that registers Gatehouse as an App on GitHub. */
export const setupPage = (options: SetupPageOptions): string =>
  page(
    'Set up Gatehouse',
    html`<h1>Set up Gatehouse</h1>
      <p>
        Gatehouse reviews pull requests in a repository of Power Platform connectors. This page
        registers it on GitHub as an App of your own, which only you can install. It takes a minute,
        and you can delete the App at any time.
      </p>
      ${permissionsSection(options.manifest)} ${optionsSection(options)} ${registerSection(options)}
      ${nextSection(options)}
      <h2>If you have an App already</h2>
      <p>
        Set <code>APP_ID</code>, <code>PRIVATE_KEY_PATH</code> and <code>WEBHOOK_SECRET</code> in
        the environment or in <code>${options.envFile}</code>, and start again.
      </p>
      <p class="muted">
        Gatehouse ${options.version} · <a href="${addressOf('operate.md')}">How to operate it</a>
      </p>`,
  );

function permissionsSection({ default_permissions: permissions }: Manifest): Html {
  const rows = Object.entries(permissionPurposes)
    .filter(([name]) => name in permissions)
    .map(
      ([name, purpose]) =>
        html`<tr>
          <td>${name.replaceAll('_', ' ')}: ${permissions[name] ?? ''}</td>
          <td>${withCode(purpose)}</td>
        </tr>`,
    );
  return html`<h2>What it asks for</h2>
    <table>
      <thead>
        <tr>
          <th>Permission</th>
          <th>Why</th>
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
    <p>These are all, and only for the repositories that you install it in.</p>`;
}

/** Markdown's code spans as HTML. */
const withCode = (markdown: string): Html[] =>
  markdown
    .split('`')
    .map((part, index) => (index % 2 === 0 ? html`${part}` : html`<code>${part}</code>`));

const optionsSection = ({ webhookUrl, isReachable, organization }: SetupPageOptions): Html =>
  html`<h2>Where it belongs, and where events go</h2>
    ${
      isReachable
        ? html``
        : html`<div class="notice">
            <p>
              GitHub cannot reach <code>${webhookUrl}</code>. Open this page at an address that the
              internet can reach, or create a channel at
              <a href="https://smee.io/new">smee.io/new</a> and enter its address below: it passes
              events on to this machine.
            </p>
          </div>`
    }
    <form method="get" action="/">
      <label for="organization">Organization (leave empty for your own account)</label>
      <input
        id="organization"
        name="organization"
        value="${organization}"
        pattern="[A-Za-z0-9_\\-]*"
        autocomplete="off"
        spellcheck="false"
      />
      <label for="webhook">Address for GitHub's events</label>
      <input id="webhook" name="webhook" type="url" required value="${webhookUrl}" />
      <button class="secondary">Use these</button>
    </form>`;

const registerSection = ({ registrationUrl, manifestJson, organization }: SetupPageOptions): Html =>
  html`<h2>Register it</h2>
    <p>
      GitHub shows this again, and asks for a name that no other App has, for example
      <code>gatehouse-${organization === '' ? 'contoso' : organization.toLowerCase()}</code>.
    </p>
    <form method="post" action="${registrationUrl}">
      <button name="manifest" value="${manifestJson}">
        Register on GitHub${organization === '' ? '' : ` for ${organization}`}
      </button>
    </form>`;

const nextSection = ({ envFile }: SetupPageOptions): Html =>
  html`<h2>What happens next</h2>
    <ol>
      <li>
        GitHub sends you back here. The App's credentials are written to <code>${envFile}</code>.
      </li>
      <li>You install the App in the repository that it will guard.</li>
      <li>
        You start Gatehouse again. <strong>It begins by observing</strong>: it reviews open pull
        requests and shows the result as a check that blocks nothing. It writes no comments and sets
        no labels.
      </li>
      <li>
        When you like what you see, the settings file <code>.github/gatehouse.yml</code> of the
        repository switches on the rest: <a href="${addressOf('settings.md')}">settings</a>.
      </li>
    </ol>`;

/** The page after GitHub registered the App. */
export const registeredPage = ({ slug, url }: NewApp, envFile: string): string =>
  page(
    'Gatehouse is registered',
    html`<h1>${slug} is registered</h1>
      <p>Its credentials are in <code>${envFile}</code>. Keep that file secret.</p>
      <ol>
        <li>
          <p>Install the App in the repository that it will guard.</p>
          <p><a class="button" href="${url}/installations/new">Install ${slug}</a></p>
        </li>
        <li>
          <p>Stop Gatehouse (Ctrl+C), and start it again where it finds that file:</p>
          <pre><code>${runsAs} serve</code></pre>
        </li>
      </ol>
      <p>
        Its first log lines say which repositories it guards.
        <a href="${addressOf('operate.md')}">The first day</a> says what it does there.
      </p>`,
  );

/** The page if that failed. */
export const failedPage = (reason: string): string =>
  page(
    'Gatehouse is not registered',
    html`<h1>Gatehouse is not registered yet</h1>
      <p>${reason}</p>
      <p><a class="button" href="/">Try again</a></p>`,
  );

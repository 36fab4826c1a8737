import type { Connector } from '../../connector/connector.ts';
import type { TextFile } from '../../json/document.ts';
import { safe } from '../../shared/finding.ts';
import {
  maxScriptSize,
  type NamedSpan,
  type ScriptClass,
  type ScriptAnalysis,
  type Span,
} from '../../connector/script.ts';
import { certificationSeverity, type RuleViolation, type Rule } from '../rule.ts';

/** https://learn.microsoft.com/connectors/custom-connectors/write-code */
const namespaces = new Set([
  'Microsoft.Extensions.Logging',
  // Not documented, but used by an accepted connector (Azure Communication Services).
  'Microsoft.PowerPlatform.Connectors.CustomCode.CSharp',
  'Newtonsoft.Json',
  'Newtonsoft.Json.Linq',
  'System',
  'System.Collections',
  'System.Collections.Generic',
  'System.Diagnostics',
  'System.Drawing',
  'System.Drawing.Drawing2D',
  'System.Drawing.Imaging',
  'System.IO',
  'System.IO.Compression',
  'System.Linq',
  'System.Net',
  'System.Net.Http',
  'System.Net.Http.Headers',
  'System.Net.Security',
  'System.Security.Authentication',
  'System.Security.Cryptography',
  'System.Text',
  'System.Text.RegularExpressions',
  'System.Threading',
  'System.Threading.Tasks',
  'System.Web',
  'System.Xml',
  'System.Xml.Linq',
]);

const outer = (name: string): string => name.slice(0, Math.max(0, name.lastIndexOf('.')));

interface Use {
  /** What the types give access to. */
  what: string;
  /** Types that a script must not instantiate. */
  created: string[];
  /**
   * Static members, by type. Only these members count: `File` can also be a property of the
   * script.
   */
  members: Record<string, RegExp>;
}

/** Types that reach beyond the request that a script handles. */
const outside: Use[] = [
  {
    what: 'files',
    created: ['FileStream', 'FileInfo', 'DirectoryInfo', 'FileSystemWatcher'],
    members: {
      File: /^(Append|Copy|Create|Delete|Exists|Move|Open|Read|Replace|Write)/,
      Directory: /^(Create|Delete|Enumerate|Exists|Get|Move|Set)/,
    },
  },
  {
    what: 'other processes',
    created: ['Process', 'ProcessStartInfo'],
    members: { Process: /^(Start|GetProcess|GetCurrentProcess)/ },
  },
  {
    what: 'code outside the script',
    created: ['AssemblyLoadContext'],
    members: {
      Assembly: /^(Load|Get|ReflectionOnly)/,
      Activator: /^Create/,
      AppDomain: /^/,
      Marshal: /^/,
      NativeLibrary: /^/,
      RuntimeHelpers: /^/,
    },
  },
  {
    what: 'the machine that it runs on',
    created: [],
    members: {
      Environment:
        /^(GetEnvironmentVariable|SetEnvironmentVariable|ExpandEnvironmentVariables|Exit|FailFast|GetFolderPath|MachineName|UserName|CurrentDirectory)/,
      Registry: /^/,
    },
  },
  {
    what: 'the network',
    created: [
      'Socket',
      'TcpClient',
      'TcpListener',
      'UdpClient',
      'HttpListener',
      'SmtpClient',
      'Ping',
      'ClientWebSocket',
    ],
    members: { Dns: /^(Get|Resolve|Begin)/ },
  },
];

/** Types that send requests; a script uses `this.Context.SendAsync` for that. */
const clients: Use = {
  what: 'its own requests',
  created: ['HttpClient', 'WebClient', 'HttpWebRequest'],
  members: { WebRequest: /^Create/, HttpWebRequest: /^Create/ },
};

const createdUse = new Map(
  outside.flatMap((use) => use.created.map((type) => [type, use] as const)),
);
const memberUse = new Map(
  outside.flatMap((use) =>
    Object.entries(use.members).map(([type, members]) => [type, { use, members }] as const),
  ),
);
const clientMembers = new Map(Object.entries(clients.members));

/** The part of a name after its .NET namespace; the whole name if it has none. */
const withoutNamespace = (name: string): string =>
  name.replace(
    /^System\.(?:(?:Diagnostics|Drawing|IO|Net|Http|Mail|NetworkInformation|Sockets|Reflection|Runtime|InteropServices|Loader|CompilerServices|WebSockets)\.)*/,
    '',
  );
const typeAndMember = (name: string): [type: string, member: string | undefined] => {
  const [type = '', member] = withoutNamespace(name).split('.', 2);
  return [type, member];
};

interface Script extends ScriptAnalysis {
  file: TextFile;
  /** The class that the platform looks for, in any capitalization. */
  main: ScriptClass | undefined;
}

/** The analysis of the script, if the script could be read. */
function* scripts({ script: file, scriptAnalysis }: Connector): Iterable<Script> {
  if (!file || !scriptAnalysis || scriptAnalysis.unread) return;
  const candidates = scriptAnalysis.classes.filter(({ bases }) =>
    bases.some((base) => base === 'ScriptBase' || base.endsWith('.ScriptBase')),
  );
  const main =
    candidates.find(({ name }) => name === 'Script') ??
    candidates.find(({ name }) => name.toLowerCase() === 'script');
  yield { ...scriptAnalysis, file, main };
}

const found = (
  file: TextFile,
  { start, end }: Span,
  message: string,
  detail?: string,
): RuleViolation => ({
  location: file.span(start, end),
  message,
  ...(detail !== undefined && { detail }),
});

const unreadableReasons = {
  size:
    `is larger than ${maxScriptSize / 1024 / 1024} MB, the limit of the platform, and was ` +
    'not read. Reduce its size.',
  cost: 'is too deeply nested to analyze. Simplify its structure.',
};

export const script: Rule[] = [
  {
    id: 'ScriptUnreadable',
    source: 'custom-code',
    severity: 'error',
    description:
      `The script can be read: it has at most ${maxScriptSize / 1024 / 1024} MB and is ` +
      'simple enough to parse.',
    rationale:
      'The script runs with the credentials of its users, and no one can review a script ' +
      'that cannot be read.',
    *check({ script: file, scriptAnalysis }) {
      if (file && scriptAnalysis?.unread)
        yield found(
          file,
          { start: 0, end: 0 },
          `${safe`${file.file}`} ${unreadableReasons[scriptAnalysis.unread]}`,
          scriptAnalysis.unread,
        );
    },
  },
  {
    id: 'ScriptSyntaxError',
    severity: 'error',
    description: 'The script is valid C#.',
    rationale:
      'A script that does not compile cannot be deployed, and every operation of the ' +
      'connector fails.',
    *check(connector) {
      for (const { file, errors } of scripts(connector)) {
        for (const { start, end } of errors) {
          const text =
            file.text
              .slice(start, Math.min(end, start + 100))
              .trim()
              .split('\n', 1)[0] ?? '';
          const message =
            text === ''
              ? 'The script is not valid C#: something is missing here.'
              : safe`The script is not valid C# from ${text} on.`;
          yield found(
            file,
            { start, end: Math.min(end, start + Math.max(1, text.length)) },
            `${message} Compile the script before you submit it.`,
            text,
          );
        }
      }
    },
  },
  {
    id: 'ScriptClassMissing',
    source: 'custom-code',
    severity: 'error',
    description: 'The script has a class `Script` that derives from `ScriptBase`.',
    rationale: 'The platform creates an instance of this class and looks for no other.',
    *check(connector) {
      for (const { file, main, classes, errors } of scripts(connector)) {
        if (main || errors.length > 0) continue;
        const candidate = classes.find(({ name }) => name === 'Script') ?? { start: 0, end: 0 };
        yield found(
          file,
          candidate,
          safe`The script has no class ${'Script'} that derives from ${'ScriptBase'}. ` +
            safe`Declare ${'public class Script : ScriptBase'}.`,
        );
      }
    },
  },
  {
    id: 'ScriptClassSpelling',
    source: 'custom-code',
    severity: 'warning',
    description: 'The class of the script is named `Script`, with a capital S.',
    rationale:
      'C# names are case-sensitive, and the documentation does not say that the platform ' +
      'accepts `script`.',
    *check(connector) {
      for (const { file, main } of scripts(connector)) {
        if (main && main.name !== 'Script')
          yield found(file, main, safe`The class is named ${main.name}. Rename it to ${'Script'}.`);
      }
    },
  },
  {
    id: 'ScriptEntryMissing',
    source: 'custom-code',
    severity: 'error',
    description: 'The class `Script` overrides `ExecuteAsync`.',
    rationale: 'The platform calls this method for each request.',
    *check(connector) {
      for (const { file, main, errors } of scripts(connector)) {
        if (!main || errors.length > 0) continue;
        const entry = main.methods.filter(({ name }) => name === 'ExecuteAsync');
        if (entry.some(({ modifiers }) => modifiers.includes('override'))) continue;
        const [method] = entry;
        const todo = safe`Declare ${'public override async Task<HttpResponseMessage> ExecuteAsync()'}.`;
        yield method
          ? found(
              file,
              method,
              `${safe`${'ExecuteAsync'} does not override the method of ${'ScriptBase'}.`} ` + todo,
            )
          : found(
              file,
              main,
              `${safe`The class ${main.name} has no method ${'ExecuteAsync'}.`} ${todo}`,
            );
      }
    },
  },
  {
    id: 'ScriptNamespaceNotSupported',
    source: 'custom-code',
    severity: certificationSeverity,
    description: 'The script uses only the namespaces that the platform supports.',
    rationale:
      'With any other namespace, the script does not compile on the platform, even if it ' +
      'compiles on your machine.',
    *check(connector) {
      for (const { file, usings } of scripts(connector)) {
        for (const using of usings) {
          if (
            namespaces.has(using.name) ||
            (using.of === 'type' && namespaces.has(outer(using.name)))
          )
            continue;
          yield found(
            file,
            using,
            safe`The platform does not support the namespace ${using.name} in scripts. ` +
              'Remove the line and the code that needs it.',
            using.name,
          );
        }
      }
    },
  },
  {
    id: 'ScriptApiNotAllowed',
    severity: certificationSeverity,
    description:
      'The script uses only the request and the response: no files, processes, sockets, ' +
      'environment variables, reflection or unsafe code.',
    rationale:
      'Scripts run on machines that many customers share. The platform blocks access to ' +
      'anything beyond the request.',
    *check(connector) {
      for (const { file, created, names, attributes, unsafe } of scripts(connector)) {
        const violation = (span: NamedSpan, what: string): RuleViolation =>
          found(
            file,
            span,
            `${safe`With ${span.name}, the script accesses`} ${what}. Remove it: a script ` +
              `may use only its request and ${safe`${'this.Context'}`}.`,
            span.name,
          );
        for (const span of created) {
          const use = createdUse.get(typeAndMember(span.name)[0]);
          if (use) yield violation(span, use.what);
        }
        for (const span of names) {
          const [type, member] = typeAndMember(span.name);
          const restricted = memberUse.get(type);
          if (restricted && member !== undefined && restricted.members.test(member))
            yield violation(span, restricted.use.what);
        }
        for (const span of attributes)
          if (/(^|\.)(DllImport|LibraryImport)(Attribute)?$/.test(span.name))
            yield violation(span, 'code outside the script');
        for (const span of unsafe)
          yield violation({ ...span, name: 'unsafe' }, 'memory outside its control');
      }
    },
  },
  {
    id: 'ScriptHttpClientNotAllowed',
    source: 'custom-code',
    severity: 'warning',
    description:
      'The script sends requests with `this.Context.SendAsync`, not with its own HTTP client.',
    rationale:
      'The platform signs, limits, logs and cancels the requests sent with it. Any other ' +
      'request fails if the platform blocks outgoing connections.',
    *check(connector) {
      for (const { file, created, names } of scripts(connector)) {
        const news = created.filter(({ name }) => clients.created.includes(typeAndMember(name)[0]));
        const calls = names.filter(({ name }) => {
          const [type, member] = typeAndMember(name);
          return member === undefined
            ? news.length === 0 && clients.created.includes(type)
            : (clientMembers.get(type)?.test(member) ?? false);
        });
        for (const span of [...news, ...calls])
          yield found(
            file,
            span,
            safe`${span.name} sends requests that bypass the platform. Use ` +
              safe`${'this.Context.SendAsync(request, this.CancellationToken)'}.`,
          );
      }
    },
  },
];

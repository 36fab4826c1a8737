import {
  isMcpEntry,
  isServerSentEvents,
  mcpProtocol,
  nameOf,
  type Operation,
} from '../../connector/definition.ts';
import { closestMatch } from '../../shared/did-you-mean.ts';
import { safe } from '../../shared/finding.ts';
import { asObject, asText, objectEntries, type JsonObject } from '../../json/values.ts';
import { connectorStandard } from '../policy-codes.ts';
import type { Rule } from '../rule.ts';

/** The only value that Copilot Studio understands: all 126 known definitions have it. */
const streamable = 'mcp-streamable-1.0';

const isStreamable = ({ raw }: Operation): boolean => raw[mcpProtocol] !== undefined;

/** Whether ExtensionNameMisspelled or ExtensionNameNotValid reports a key. */
const isReportedAsMisspelled = (key: string): boolean =>
  !key.startsWith('x-') ||
  (key.startsWith('x-ms-') &&
    closestMatch(key.slice('x-ms-'.length), [mcpProtocol.slice('x-ms-'.length)]) !== undefined);

export const mcpServers: Rule[] = [
  {
    id: 'McpProtocolNotKnown',
    source: 'mcp-servers',
    severity: 'warning',
    policies: connectorStandard,
    description: `The value of \`${mcpProtocol}\` is \`${streamable}\`, and an operation has it.`,
    rationale:
      'Copilot Studio finds an MCP server by this extension; with another value or in another ' +
      'place, agents cannot use it.',
    fixable: true,
    *check({ definition }) {
      for (const { raw: at } of definition?.operations ?? []) {
        for (const [key, value] of Object.entries(at))
          if (isMcpEntry(key, value) && key !== mcpProtocol && !isReportedAsMisspelled(key))
            yield {
              at,
              key,
              part: 'key',
              message: safe`Copilot Studio does not know ${key}. Write ${mcpProtocol}.`,
              ...(!(mcpProtocol in at) && { fix: [{ at, key, rename: mcpProtocol }] }),
            };
        const value = asText(at[mcpProtocol]);
        if (value === undefined || value === streamable) continue;
        const found = {
          at,
          key: mcpProtocol,
          message: safe`Copilot Studio does not know the protocol ${value}. Write ${streamable}.`,
        };
        yield closestMatch(value, [streamable]) === undefined
          ? found
          : { ...found, fix: [{ at, key: mcpProtocol, to: streamable }] };
      }
      const { raw } = definition ?? {};
      const items = objectEntries(raw?.paths).map(([, item]) => item);
      const answers = (definition?.operations ?? []).map((operation) => operation.raw.responses);
      const elsewhere: (JsonObject | undefined)[] = [
        raw,
        ...[raw?.info, raw?.paths, ...answers].map(asObject),
        ...items,
        ...(definition?.responses ?? []).map((response) => response.raw),
      ];
      for (const at of elsewhere)
        if (at?.[mcpProtocol] !== undefined)
          yield {
            at,
            key: mcpProtocol,
            part: 'key',
            message:
              safe`${mcpProtocol} is not in an operation, so no agent finds the MCP server. Move ` +
              safe`it into the ${'post'} operation.`,
          };
    },
  },
  {
    id: 'McpMethodNotPost',
    source: 'mcp-servers',
    severity: 'warning',
    policies: connectorStandard,
    description: 'An MCP server is a `post` operation.',
    rationale: 'The transport sends JSON-RPC messages in the body of a POST request.',
    *check({ definition }) {
      for (const operation of definition?.operations ?? []) {
        if (!isStreamable(operation) || operation.method === 'post') continue;
        yield {
          at: operation.raw,
          message:
            safe`${nameOf(operation)} is an MCP server, but its method is ${operation.method}. ` +
            safe`Change it to ${'post'}, which the transport requires.`,
        };
      }
    },
  },
  {
    id: 'McpServerNotUnique',
    source: 'mcp-servers',
    severity: 'warning',
    policies: connectorStandard,
    description: 'A connector has at most one MCP server.',
    rationale:
      'Copilot Studio adds only one server for each connector, so the others are never used.',
    *check({ definition }) {
      const [first, ...others] = (definition?.operations ?? []).filter(isStreamable);
      for (const operation of first ? others : [])
        yield {
          at: operation.raw,
          key: mcpProtocol,
          part: 'key',
          message:
            safe`${nameOf(operation)} is a second MCP server in addition to ` +
            `${safe`${first ? nameOf(first) : ''}`}. Keep one of them in this connector.`,
        };
    },
  },
  {
    id: 'McpTransportRetired',
    source: 'mcp-servers',
    severity: 'warning',
    policies: connectorStandard,
    description: 'An MCP server uses streamable HTTP, not server-sent events.',
    rationale:
      'Copilot Studio ended its support for server-sent events in August 2025, so agents cannot ' +
      'call the server.',
    *check({ definition }) {
      for (const operation of definition?.operations ?? []) {
        if (isStreamable(operation) || !isServerSentEvents(operation.raw)) continue;
        yield {
          at: operation.raw,
          key: 'tags',
          message:
            safe`${nameOf(operation)} is an MCP server over server-sent events, which Copilot ` +
            safe`Studio no longer supports. Offer a ${'post'} operation with ` +
            safe`${`"${mcpProtocol}": "${streamable}"`}.`,
        };
      }
    },
  },
];

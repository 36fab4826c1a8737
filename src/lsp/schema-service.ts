import {
  getLanguageService,
  type CompletionItem,
  type CompletionList,
  type Hover,
  type JSONDocument,
  type LanguageService,
  type Position,
  type TextDocument,
} from 'vscode-json-languageservice';
import type { ClientCapabilities } from 'vscode-languageserver/node';
import { roleOf } from '../connector/file-names.ts';
import definitionSchema from '../rules/definition/definition.schema.json' with { type: 'json' };
import propertiesSchema from '../rules/properties/properties.schema.json' with { type: 'json' };
import { limits } from '../shared/limits.ts';

/**
 * Completion and documentation of names and values, by the JSON Schemas of the two files. Nothing
 * is ever requested: whatever address a `$schema` in a file names, the schema is ours.
 */
export class SchemaService {
  readonly #services: Record<'definition' | 'properties', LanguageService>;
  /** Parsed documents by their URI. */
  readonly #parsed = new Map<string, { version: number; json: JSONDocument }>();

  constructor(capabilities: ClientCapabilities) {
    const serviceOf = (schema: object): LanguageService => {
      const service = getLanguageService({
        clientCapabilities: capabilities,
        schemaRequestService: () => Promise.resolve(JSON.stringify(schema)),
        workspaceContext: { resolveRelativePath: (path) => `gatehouse:/${path}` },
      });
      service.configure({
        validate: false,
        schemas: [{ uri: 'gatehouse:/schema.json', fileMatch: ['*'], schema }],
      });
      return service;
    };
    this.#services = {
      definition: serviceOf(definitionSchema),
      properties: serviceOf(propertiesSchema),
    };
  }

  async complete(document: TextDocument, position: Position): Promise<CompletionList | undefined> {
    const service = this.#serviceFor(document);
    if (!service) return undefined;
    const list = await unlessTooDeep(() =>
      service.doComplete(document, position, this.#parse(document, service)),
    );
    return list ?? undefined;
  }

  /** Adds the documentation of an item of `complete`. */
  resolve(item: CompletionItem): CompletionItem | PromiseLike<CompletionItem> {
    return this.#services.definition.doResolve(item);
  }

  async hover(document: TextDocument, position: Position): Promise<Hover | undefined> {
    const service = this.#serviceFor(document);
    if (!service) return undefined;
    const hover = await unlessTooDeep(() =>
      service.doHover(document, position, this.#parse(document, service)),
    );
    return hover ?? undefined;
  }

  forget(uri: string): void {
    this.#parsed.delete(uri);
  }

  /** Undefined for other files, and for a file that is larger than the limit. */
  #serviceFor(document: TextDocument): LanguageService | undefined {
    const role = roleOf(nameIn(document.uri));
    if (role !== 'definition' && role !== 'properties') return undefined;
    return document.getText().length > limits.fileBytes ? undefined : this.#services[role];
  }

  #parse(document: TextDocument, service: LanguageService): JSONDocument {
    const { uri, version } = document;
    const known = this.#parsed.get(uri);
    if (known?.version === version) return known.json;
    const json = service.parseJSONDocument(document);
    this.#parsed.set(uri, { version, json });
    return json;
  }
}

/** The library recurses: in a document that is nested too deep, it finds nothing. */
async function unlessTooDeep<Result>(look: () => PromiseLike<Result>): Promise<Result | undefined> {
  try {
    return await look();
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** The name of the file at the end of a URI. */
function nameIn(uri: string): string {
  const name = uri.slice(uri.lastIndexOf('/') + 1);
  try {
    return decodeURIComponent(name);
  } catch {
    return name; // a percent sign that encodes nothing
  }
}

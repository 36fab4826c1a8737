import type { ConnectorClass } from '../../connector/connector.ts';

/** A connector folder: it is directly below one of the class folders. */
export interface ConnectorFolderName {
  path: string;
  class: ConnectorClass;
}

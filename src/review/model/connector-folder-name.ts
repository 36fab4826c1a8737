import type { ConnectorClass } from '../../connector/connector.ts';

/** A folder that has a place for a connector: directly below one of the class folders. */
export interface ConnectorFolderName {
  path: string;
  class: ConnectorClass;
}

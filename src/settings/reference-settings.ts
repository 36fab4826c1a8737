import type { ConnectorClass } from '../connector/connector.ts';

/** What the reference pages of connectors say that their files do not. */
export interface ReferenceSettings {
  /** Where deprecated operations are: among the others, or after them. */
  order: 'platform' | 'reader';
  /** Where connectors of a class can be used. */
  availability: Readonly<Partial<Record<ConnectorClass, readonly AvailabilitySettings[]>>>;
  /** The limits of connections to connectors of a class. */
  limits: Readonly<Partial<Record<ConnectorClass, readonly LimitSettings[]>>>;
  /** What differs for a connector, by the path of its folder. */
  connectors: Readonly<Record<string, ConnectorReferenceSettings>>;
}

/** A product in which connectors can be used. */
export interface AvailabilitySettings {
  service: string;
  /** Of the license: `Premium`, `Standard`. */
  class: string;
  /** `All Power Automate regions`. */
  regions: string;
  /** Regions that `regions` does not mean. */
  except?: readonly string[];
}

/** How much may be called in a period. */
export interface LimitSettings {
  name: string;
  calls: number;
  /** `60 seconds`. */
  period: string;
  /** Whether the limit is only there if a trigger polls. */
  polling?: boolean;
}

/** A setting that is left out is that of the class. */
export interface ConnectorReferenceSettings {
  /** Whether the connector is released as a preview. */
  preview?: boolean;
  availability?: readonly AvailabilitySettings[];
  limits?: readonly LimitSettings[];
  /** Further limits, such as the size of files. */
  general?: readonly { name: string; value: string }[];
}

/** What a settings file sets of the reference pages. */
export type ReferenceInput = Partial<ReferenceSettings>;

/** Adds to the settings of reference pages what a file sets. A list of a class replaces that list. */
export const mergeReference = (
  reference: ReferenceSettings,
  input: ReferenceInput = {},
): ReferenceSettings => ({
  ...reference,
  ...input,
  availability: { ...reference.availability, ...input.availability },
  limits: { ...reference.limits, ...input.limits },
});

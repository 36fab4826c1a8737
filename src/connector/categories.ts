/** The categories of the platform, by which users browse connectors. */
export const categories = [
  'AI',
  'Business Management',
  'Business Intelligence',
  'Collaboration',
  'Commerce',
  'Communication',
  'Content and Files',
  'Finance',
  'Data',
  'Human Resources',
  'Internet of Things',
  'IT Operations',
  'Lifestyle and Entertainment',
  'Marketing',
  'Productivity',
  'Sales and CRM',
  'Security',
  'Social Media',
  'Website',
];

/** The categories in the metadata of a connector: `AI;Data`, or with commas. */
export const splitCategories = (value: string): string[] =>
  value
    .split(/[;,]/)
    .map((category) => category.trim())
    .filter((category) => category !== '');

/** The platform's spelling of a category; a category that it does not have as it is. */
export const spelledCategory = (category: string): string =>
  categories.find((known) => known.toLowerCase() === category.toLowerCase()) ?? category;

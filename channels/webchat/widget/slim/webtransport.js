export const WT = undefined;

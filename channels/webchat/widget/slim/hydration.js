export const hydrating = false;
export const hydrate_node = undefined;
const nothing = () => {};

export {
  nothing as hydrate_next,
  nothing as hydrate_template,
  nothing as next,
  nothing as read_hydration_instruction,
  nothing as reset,
  nothing as set_hydrate_node,
  nothing as set_hydrating,
  nothing as skip_nodes,
};

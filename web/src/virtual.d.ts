declare module 'virtual:nlds' {
  const css: string;
  export default css;
}
declare module 'virtual:theme' {
  const css: string;
  export default css;
}
declare module 'virtual:texts' {
  const texts: Record<string, string>;
  export default texts;
}

/** The planner's styles, for a shadow root; the build makes them. */
declare const styles: string;
export default styles;

export * from '../dist/index.js';
export { WeChatStrategy as default } from '../dist/index.js';

// Every text of the page, one table a language. A key that is missing in one fails the build.

export type Language = 'zh' | 'en';

const en = {
  date: 'Date',
  now: 'Now',
  other: '中文',
  layers: 'Layers',
  asOf: (date: string) => `As of ${date}`,
  asOfNow: 'As of now',
  loading: 'Loading…',
  failed: 'Failed',
  stale: 'An older file is shown; the newest failed',
  table: 'Table without geometry',
  event: 'Events: each is at its own time',
  state: 'Has versions: follows the date',
  versions: 'versions',
  features: 'features',
  nothing: 'Nothing here at this date.',
  found: 'Here',
  close: 'Close',
  more: (count: number) => `and ${count} more`,
  unreachable: 'The server does not answer.',
  problem: (what: string) => `The server refused: ${what}`,
  missing: { layer: 'The layer does not come from the server.', tiles: 'Some tiles did not come from the server.' },
  noMap: 'This browser cannot draw the map (WebGL 2 is missing).',
};

export type Words = typeof en;

const zh: Words = {
  date: '日期',
  now: '现在',
  other: 'English',
  layers: '图层',
  asOf: (date) => `截至 ${date}`,
  asOfNow: '当前状态',
  loading: '正在加载…',
  failed: '加载失败',
  stale: '最新文件有误,显示的是上一版本',
  table: '无几何的表格',
  event: '事件:各有其发生时间',
  state: '含历史版本,随日期变化',
  versions: '个版本',
  features: '个要素',
  nothing: '此处在该日期没有要素。',
  found: '此处',
  close: '关闭',
  more: (count) => `另有 ${count} 个`,
  unreachable: '服务器没有响应。',
  problem: (what) => `服务器拒绝了请求:${what}`,
  missing: { layer: '无法从服务器加载该图层。', tiles: '部分瓦片未能从服务器加载。' },
  noMap: '浏览器无法绘制地图(缺少 WebGL 2)。',
};

export const WORDS: Record<Language, Words> = { en, zh };

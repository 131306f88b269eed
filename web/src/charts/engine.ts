// The chart library, only the pieces that are used. This file is fetched when the first chart is
// wanted: import it nowhere but from within lazily loaded components.

import { BarChart, CustomChart, LineChart } from 'echarts/charts';
import { GridComponent, MarkLineComponent, TooltipComponent } from 'echarts/components';
import * as echarts from 'echarts/core';
import type { EChartsCoreOption, EChartsType } from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';

echarts.use([BarChart, CanvasRenderer, CustomChart, GridComponent, LineChart, MarkLineComponent, TooltipComponent]);

export type Option = EChartsCoreOption;
export type Engine = EChartsType;

export const startEngine = (element: HTMLElement): Engine => echarts.init(element, null, { renderer: 'canvas' });

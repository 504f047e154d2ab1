package io.loadshare.bench.charts;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Rectangle;
import java.awt.Stroke;
import java.io.IOException;
import java.nio.file.Path;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.Locale;
import org.jfree.chart.ChartFactory;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.StandardChartTheme;
import org.jfree.chart.axis.LogAxis;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.axis.NumberTickUnit;
import org.jfree.chart.labels.StandardCategoryItemLabelGenerator;
import org.jfree.chart.plot.CategoryPlot;
import org.jfree.chart.plot.DefaultDrawingSupplier;
import org.jfree.chart.plot.PlotOrientation;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.category.BarRenderer;
import org.jfree.chart.renderer.category.LineAndShapeRenderer;
import org.jfree.chart.renderer.category.StandardBarPainter;
import org.jfree.chart.renderer.xy.XYLineAndShapeRenderer;
import org.jfree.chart.ui.RectangleInsets;
import org.jfree.data.category.CategoryDataset;
import org.jfree.data.xy.XYDataset;
import org.jfree.svg.SVGGraphics2D;
import org.jfree.svg.SVGUtils;

/** The three kinds of charts, in one style, as SVG. */
final class Drawing {

    private static final int WIDTH = 800;
    private static final Color GRID = new Color(0xdddddd);
    private static final BasicStroke THIN = new BasicStroke(1);
    private static final Color[] COLOURS = {
        new Color(0x1f77b4), new Color(0xff7f0e), new Color(0x2ca02c), new Color(0xd62728),
        new Color(0x9467bd), new Color(0x8c564b), new Color(0xe377c2), new Color(0x17becf)
    };

    private Drawing() {}

    /** Draws horizontal bars with their values, on a logarithmic axis. */
    static void bars(Path file, String title, String values, double least, CategoryDataset data, String format)
            throws IOException {
        JFreeChart chart = ChartFactory.createBarChart(
                title, null, values, data, PlotOrientation.HORIZONTAL, data.getRowCount() > 1, false, false);
        CategoryPlot plot = chart.getCategoryPlot();
        BarRenderer renderer = (BarRenderer) plot.getRenderer();
        renderer.setBarPainter(new StandardBarPainter());
        renderer.setShadowVisible(false);
        renderer.setBase(least);
        renderer.setItemMargin(0.05);
        renderer.setDefaultItemLabelGenerator(new StandardCategoryItemLabelGenerator("{2}", decimal(format)));
        renderer.setDefaultItemLabelsVisible(true);
        plot.setRangeAxis(logarithmic(values, least));
        plot.setRangeGridlineStroke(THIN);
        plot.getRangeAxis().setUpperMargin(0.12);
        plot.getDomainAxis().setMaximumCategoryLabelWidthRatio(0.6f);
        int height = 130 + (int) (22.0 * data.getColumnCount() * (0.4 + 0.6 * data.getRowCount()));
        write(file, chart, height);
    }

    /** Draws a line for each row of the data, with a logarithmic value axis. */
    static void lines(Path file, String title, String categories, String values, CategoryDataset data)
            throws IOException {
        JFreeChart chart = ChartFactory.createLineChart(
                title, categories, values, data, PlotOrientation.VERTICAL, true, false, false);
        CategoryPlot plot = chart.getCategoryPlot();
        LineAndShapeRenderer renderer = (LineAndShapeRenderer) plot.getRenderer();
        renderer.setDefaultShapesVisible(true);
        plot.setRangeAxis(logarithmic(values, 0.95));
        plot.setRangeGridlineStroke(THIN);
        write(file, chart, 460);
    }

    /** Draws a line for each series, over two numeric axes. */
    static void plane(Path file, String title, String x, String y, XYDataset data) throws IOException {
        JFreeChart chart =
                ChartFactory.createXYLineChart(title, x, y, data, PlotOrientation.VERTICAL, true, false, false);
        XYPlot plot = chart.getXYPlot();
        plot.setRenderer(new XYLineAndShapeRenderer(true, true));
        plot.setRangeGridlineStroke(THIN);
        plot.setDomainGridlineStroke(THIN);
        ((NumberAxis) plot.getRangeAxis()).setAutoRangeIncludesZero(false);
        write(file, chart, 460);
    }

    private static LogAxis logarithmic(String label, double least) {
        LogAxis axis = new LogAxis(label);
        axis.setBase(2);
        axis.setTickUnit(new NumberTickUnit(1)); // each power of two
        axis.setSmallestValue(least);
        axis.setNumberFormatOverride(decimal("0.####"));
        return axis;
    }

    private static DecimalFormat decimal(String pattern) {
        return new DecimalFormat(pattern, DecimalFormatSymbols.getInstance(Locale.ROOT));
    }

    private static void write(Path file, JFreeChart chart, int height) throws IOException {
        StandardChartTheme theme = new StandardChartTheme("plain");
        theme.setExtraLargeFont(new Font(Font.SANS_SERIF, Font.PLAIN, 17));
        theme.setLargeFont(new Font(Font.SANS_SERIF, Font.PLAIN, 13));
        theme.setRegularFont(new Font(Font.SANS_SERIF, Font.PLAIN, 12));
        theme.setPlotBackgroundPaint(Color.WHITE);
        theme.setDomainGridlinePaint(GRID);
        theme.setRangeGridlinePaint(GRID);
        theme.setBarPainter(new StandardBarPainter());
        theme.setShadowVisible(false);
        theme.setDrawingSupplier(new DefaultDrawingSupplier(
                COLOURS,
                DefaultDrawingSupplier.DEFAULT_OUTLINE_PAINT_SEQUENCE,
                new Stroke[] {new BasicStroke(2)},
                DefaultDrawingSupplier.DEFAULT_OUTLINE_STROKE_SEQUENCE,
                DefaultDrawingSupplier.DEFAULT_SHAPE_SEQUENCE));
        theme.apply(chart);
        chart.getPlot().setOutlineVisible(false);
        chart.setPadding(new RectangleInsets(8, 0, 0, 8));
        SVGGraphics2D svg = new SVGGraphics2D(WIDTH, height);
        svg.setDefsKeyPrefix(file.getFileName().toString().replace(".svg", ""));
        chart.draw(svg, new Rectangle(WIDTH, height));
        SVGUtils.writeToSVG(file.toFile(), svg.getSVGElement());
    }
}

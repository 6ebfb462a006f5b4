/// Prices, tides, recipes and logbooks of Skerrow.
extension EmbeddedText {
  /// The prices, tides, recipes and logbooks.
  static let ledger = #"""
    THE LEDGER OF SKERROW

    This book lies in the drawer of the inn. Anybody may write in it who has washed their
    hands. The number of houses is 37, the number of boats is 14, and the number of people
    is 118, or 119 if the man with the piano is here.

    PRICES AT THE BAKERY, SPRING
    Brown loaf, 1 kg: €3.00
    White loaf, 750 g: €2.80
    Rye loaf, 1.5 kg: €4.50
    Bun, plain: €0.60
    Bun with currants: €0.75
    Honey cake, one slice: €1.40
    Honey cake, whole (12 slices): €15.00
    Pretzel: €0.90
    Crooked loaf, Saturdays only: reserved for the fox

    PRICES AT THE FERRY
    One person: €2.00
    One child: €1.00
    One sheep: €3.00
    One goat: €3.50, and I am not responsible for your hat
    One bicycle: €0.50
    Horse and cart: €8.00, at low water only
    Umbrella: free
    Night crossing, 22:00 to 05:00: double
    In an emergency: nothing

    PRICES AT THE THREE HERRINGS
    Pea soup with bread: €4.20
    Fried herring, potatoes, beetroot: €7.90
    Fish pie for one: €6.50
    Fish pie for four: €23.00
    Pancake with plum jam: €3.80
    Cup of coffee: €1.60
    Pot of tea, 2 cups: €2.40
    Bed for one night, without breakfast: €18.00
    Bed for one night, with breakfast: €22.50
    Piano: please do not put glasses on it

    FROM THE LOGBOOK OF SKERROW LIGHT, KEPT BY A. PELL

    4 January, 16:10. Lamp lit. Wind NW 6, gusts 8. Sea over the landing. Barometer 991
    hPa and falling.
    5 January, 03:25. Wind NW 9. Spray on the gallery, 34 m above the sea. Pickle under
    the bed.
    5 January, 08:40. Lamp out. Wind NW 7. All panes whole. Barometer 998 hPa and rising.
    11 January, 12:00. Calm. Air 2 °C, sea 6 °C. Ships passing: 3 steamers, 5 sails.
    19 January, 17:05. Ice on the lens, 2 mm. Warmed it with a cloth, not with a knife.
    28 January, 21:30. A knocking at the door. It was a plank.
    6 February, 07:15. Fog. Horn from 07:15 to 13:50, one blast every 60 seconds. That
    makes 395 blasts.
    14 February, 10:00. Received by boat: oil 180 l, coal 250 kg, flour 10 kg, 1 letter.
    22 February, 18:20. Lamp lit. First evening with a red sky since the new year.
    3 March, 06:40. Lamp out. 2 seals upon the rocks, then 3, then 2.
    17 March, 15:00. Wound the clockwork: 84 turns. Greased the bearing with 20 g.
    20 March, 12:00. Day and night are equal. Lamp hours: 12.
    1 April, 09:00. Sam reported that a whale had asked for me. It was the 1st of April.
    12 April, 05:55. Lamp out. Swallows: 1.
    13 April, 05:53. Lamp out. Swallows: 6.
    2 May, 14:30. Painted the door white. 2 litres of paint, 1 litre on the door.
    21 May, 03:50. Lamp out. From now on the nights are short and I read little.
    9 June, 23:10. Lightning in the south-west. Counted 11 seconds from flash to thunder,
    so it was 3.7 km away.
    21 June, 21:58. Lamp lit, later than on any other day. Lamp hours: 6.
    7 July, 04:15. 1 porpoise with a young one, 200 m off, heading north.
    26 July, 11:20. Visitors: 8 children and a teacher. Steps climbed: 9 times 112.
    10 August, 01:30. Moth. Carried it down 3 times. 336 steps down, 336 steps up.
    29 August, 20:05. Lamp lit. Oil in the tank: 96 l.
    13 September, 18:45. Wind S 4, warm. Geese flying, in 2 lines of about 40.
    23 September, 12:00. Day and night are equal again. Nobody won.
    15 October, 17:25. Wind W 8. The Kittiwake came in at 17:50, under a reefed sail. Let
    the lamp burn brighter.
    2 November, 16:35. Fog until 22:00. Horn: 325 blasts. Tea: 7 cups.
    24 November, 07:50. First snow. It did not stay, and neither did the visitors.
    21 December, 15:40. Lamp lit, earlier than on any other day. Lamp hours: 17.
    31 December, 24:00. Ships in the year: 2,418. Fires: 0. Wrecks: 0. Herrings for the
    assistant: 730.

    TIDE TABLE FOR SKERROW, FIRST WEEK OF JUNE
    Day  High   m    Low    m    High   m    Low    m
    Mon  01:12  3.4  07:21  0.8  13:38  3.3  19:49  0.9
    Tue  01:58  3.6  08:09  0.6  14:25  3.5  20:36  0.7
    Wed  02:43  3.8  08:56  0.4  15:10  3.7  21:21  0.6
    Thu  03:27  3.9  09:41  0.3  15:54  3.8  22:06  0.5
    Fri  04:11  3.9  10:26  0.3  16:39  3.8  22:52  0.5
    Sat  04:57  3.8  11:12  0.4  17:25  3.7  23:40  0.6
    Sun  05:45  3.6  12:00  0.6  18:14  3.5  --:--  ---
    The ferry cannot take a cart when the water is above 2.5 m. From one high water to the
    next there are about 12 hours and 25 minutes.

    TIDE TABLE FOR SKERROW, FIRST WEEK OF NOVEMBER
    Day  High   m    Low    m    High   m    Low    m
    Mon  04:36  4.1  10:50  0.2  16:58  4.0  23:09  0.3
    Tue  05:20  4.0  11:35  0.3  17:43  3.9  23:54  0.4
    Wed  06:07  3.8  12:23  0.5  18:31  3.6  --:--  ---
    Thu  00:43  0.6  06:58  3.6  13:16  0.8  19:25  3.4
    Fri  01:39  0.8  07:57  3.3  14:19  1.0  20:31  3.2
    Sat  02:47  1.0  09:08  3.2  15:36  1.1  21:50  3.1
    Sun  04:04  1.0  10:24  3.2  16:52  1.0  23:03  3.2
    On Thursday, Friday, Saturday and Sunday the first column is low water. Corin asks
    that nobody complain to him about it.

    RECIPES

    Honey cake, as Agnes bakes it
    250 g honey
    125 g butter
    100 g brown sugar
    2 eggs
    400 g flour
    10 g baking powder
    1 teaspoon cinnamon, 1/2 teaspoon cloves
    150 ml milk
    Warm the honey with the butter and the sugar until it is thin, about 5 minutes. Let it
    cool to 40 °C. Beat in the eggs, one after the other. Stir in the flour, the powder
    and the spice, and then the milk. Bake for 45 minutes at 170 °C. Cut it into 12 slices
    on the next day. It will not wait for the day after.

    Pea soup for 8 people, as at the Three Herrings
    600 g dried peas, 2.5 l water, 3 carrots, 2 leeks, 1 onion, 4 potatoes, 250 g bacon,
    1 bay leaf, 2 teaspoons of salt.
    Soak the peas for 12 hours. Boil them for 75 minutes. Cut up all the rest, put it in,
    and boil for another 35 minutes. A spoon should stand upright in it for 3 seconds.

    Plum jam, as René makes it
    4 kg plums, without the stones
    1.5 kg sugar
    2 sticks of cinnamon
    Cook it for 2 hours over a low fire and stir it every 10 minutes, and every 2 minutes
    at the end. It makes 9 jars of 450 g. One of them never reaches the shelf.

    Fish pie, as Tamsin makes it when it rains
    800 g cod, 200 g smoked haddock, 500 ml milk, 50 g butter, 50 g flour, 1 kg potatoes,
    3 eggs (boiled for 8 minutes), parsley.
    Poach the fish in the milk for 10 minutes. Make a sauce with the butter, the flour and
    the milk. Put the fish, the eggs and the sauce in a dish, with the mashed potatoes on
    top. Bake for 30 minutes at 200 °C. Serves 6, or 4 and the cat.

    Lemonade for the summer fair
    20 lemons, 1.2 kg sugar, 15 l water, 30 leaves of mint.
    Boil the sugar with 2 l of the water, add the juice of the lemons, let it cool, and
    add the other 13 l. It makes 75 glasses of 200 ml. At €0.50 a glass that is €37.50.

    Oat biscuits for a goose
    150 g oats, 50 g flour, 80 ml water, no salt, no sugar.
    Roll out 5 mm thick, cut into 24 squares, and bake for 20 minutes at 160 °C. Give 2 a
    day. She will tell you that it is 3.

    THE MILL BOOK OF TOBIAS

    2 May. From Hollow Farm: 14 sacks of wheat, 50 kg each, together 700 kg. Flour: 525
    kg. Bran: 168 kg. Lost to the wind: 7 kg.
    9 May. From the glebe: 6 sacks of rye, together 300 kg. Flour: 240 kg.
    16 May. No wind.
    17 May. No wind.
    18 May. Wind from 04:30. Ground 9 sacks before breakfast.
    30 May. Sold to Agnes: 8 sacks of flour at €21.00, together €168.00. Paid €150.00 and
    a honey cake. The rest is forgiven.
    13 June. Gale, SW 10. One sail torn from top to bottom. Canvas needed: 9 m by 2 m, or
    18 square metres. Price per square metre: €6.50. Sum: €117.00.
    27 June. New sail came by ferry. 4 people, 3 hours, 1 bruise.
    4 July. From Hollow Farm: 20 sacks, together 1,000 kg. Flour: 750 kg.
    8 August. Sharpened the stone: 16 furrows, 2 days.
    1 September. Harvest. 63 sacks in the yard. Dumpling made 21 trips of 3 sacks.
    6 October. Mice: 5. Borrowed the cat from the lighthouse for 1 night. Mice: 0.
    24 December. Closed the book. Ground this year: 412 sacks, or 20,600 kg. Visits of the
    baker: 97. Chairs mended: 1, the one that does not wobble.

    INVENTORY OF THE SCHOOL, 1 SEPTEMBER
    Benches: 10
    Slates: 24, of which cracked: 5
    Chalk, white: 3 boxes of 12
    Chalk, coloured: 1 box of 6, the red one is missing
    Maps: 2 (the world; the way to Pennywick)
    Globe: 1, dented at Greenland
    Books: 86
    Books that have been read by everybody: 11
    Shells: 56, see the sums
    Stove: 1
    Inkwells: 20
    Ink: 4.5 l
    Mouse in the cupboard: 1, named Archimedes

    INVENTORY OF THE WORKSHOP OF MR. BRANDT
    Clocks, finished: 11
    Clocks, not finished: 4
    Watches to be mended: 7
    Screws under 2 mm: 1,350
    Screws on the floor: about 60
    Springs: 41
    Wheels of brass, 12 to 96 teeth: 218
    Oil: 3 bottles of 25 ml
    Magnifying glasses: 3, one of them being looked for with the other two
    Geese: 1

    INVENTORY OF THE BOATHOUSE, AFTER THE FLOOD
    Oars: 9, that is 4 pairs and 1
    Rope, 12 mm: 85 m
    Rope, 20 mm: 40 m
    Anchors: 2 (18 kg and 25 kg)
    Lanterns: 6, dry: 2
    Nets: 3, holes not counted
    Buckets: 7
    Bathtub: 1, to be returned to Mrs. Lüders
    Dough trough: 1, to be returned to Agnes, washed

    THE FERRY BOOK OF CORIN, ONE WEEK IN JULY
    Mon: 22 people, 9 children, 0 sheep. 22 x 2 + 9 x 1 = €53.00
    Tue: 18 people, 4 children, 5 sheep. 36 + 4 + 15 = €55.00
    Wed: 25 people, 8 children, 0 sheep. 50 + 8 = €58.00
    Thu: 11 people, 2 children, 0 sheep, rain. 22 + 2 = €24.00
    Fri: 30 people, 6 children, 2 sheep. 60 + 6 + 6 = €72.00
    Sat: 47 people, 31 children, 1 goat. 94 + 31 + 3.50 = €128.50
    Sun: 15 people, 10 children. 30 + 10 = €40.00
    Sum of the week: 53 + 55 + 58 + 24 + 72 + 128.50 + 40 = €430.50
    Hats eaten by the goat: 1. Paid for the hat: €12.00. Left: €418.50.

    THE CATCH OF THE KITTIWAKE
    3 March, 05:15 to 13:40: 12 boxes of cod, 3 boxes of whiting, 1 boot.
    7 April, 04:30 to 12:10: 9 boxes of cod, 21 crabs.
    19 May, 03:50 to 11:00: 16 boxes of mackerel, 4 lobsters (1.2 kg, 0.9 kg, 0.8 kg, and
    one that I let go because of the way it looked at me).
    11 June, 03:10 to 09:30: 11 mackerel, singly, with a line. No hurry.
    23 July, 04:00 to 10:45: 18 boxes of mackerel. Price: €14.00 a box. Sum: €252.00.
    5 September, 05:00 to 16:20: 7 boxes. Net torn on the wreck, 3 m. Old Wynn needed 2
    evenings.
    15 October, 05:40 to 17:50: nothing. Wind W 8. Home. That is enough.
    9 November, 06:10 to 15:30: 40 boxes of herring. Price: €8.50 a box. Sum: €340.00.
    10 November, 06:15 to 14:55: 36 boxes of herring. Price: €7.00 a box. Sum: €252.00.
    20 December, 07:30 to 12:00: 6 boxes of cod, for the feast. Price: none.

    THE GARDEN BOOK OF RENÉ
    Bed 1: onions, 8 rows of 25, makes 200. Planted 24 March. Pulled 11 August: 188.
    Bed 2: carrots, 12 rows. Sown 2 April. Thinned 15 May. Pulled from 20 July: 74 kg.
    Bed 3: peas, 6 rows of 4 m. Sown 30 March. Eaten by twins: 40 %. Dried: 9 kg.
    Bed 4: cabbages, 10 rows of 20. Up: 190. Snails: 10. Heaviest head: 5.3 kg.
    Bed 5: beans, 36 poles, 5 beans to a pole, makes 180. Picked: 52 kg.
    Bed 6: potatoes, 9 rows. In: 30 kg. Out: 284 kg. That is 9.5 times as much, and no
    bank will offer you that.
    Bed 7: leeks, 120. Stand until winter.
    Bed 8: empty. It is resting, and so should you.
    Pears: 147. In the drawer on 15 October: 140. Ripe on 6 January: 131.
    Rain in the barrel, April to September: 11 times full, 220 l each, makes 2,420 l.
    """#
}

/// The chronicle of February: the baker who counted, and the fox and the hedgehog.
extension EmbeddedText {
  /// What happened in February.
  static let february = #"""
    FEBRUARY

    The lighthouse log, kept by Tobias Reed.
    2 February, 06:45. Wind south-west, force 6. Rain. Lamp burned 14 hours.
    4 February, 07:00. Wind west, force 8. Spray over the gallery. Captain stayed
    under the bed.
    7 February, 13:30. Two fishing boats came in early. Nets torn, crews well.
    10 February, 08:15. Calm. Polished the great lens: 1,056 pieces of glass, 2
    cloths, 4 hours.
    14 February, 09:00. A card under the door, with a heart and no name. It smells
    of bread.
    15 February, 09:05. Read the card again.
    20 February, 17:50. Fog until 19:30. The bell is hoarse, and so am I.
    26 February, 06:10. The first lark. Wind south, force 2.
    28 February, 21:00. Oil left: 41 litres. Tea left: 2 spoons.

    The weather in February was wet. Rain fell on 17 days and came to 96
    millimetres. The wind blew hardest on the 4th and took the weathercock from
    the church; it was found in the garden of Old Nell, pointing at the cabbages.
    The warmest day was the 26th, with 11 degrees. The snow was gone by the 9th,
    except behind the school, where it stayed until nobody looked at it any more.

    The baker who counted

    Marta Crumb counted everything. She counted the eggs in the basket and the
    loaves on the shelf. She counted the steps from the oven to the door: there
    were 9. She counted the raisins in the buns, so that every bun should have 12,
    and nobody should be sad.

    One morning her daughter Hazel asked, "Mother, how many stars are there?"

    "I do not know," said Marta Crumb. "I am asleep when they come out."

    "Then tonight we must stay awake," said Hazel.

    That night they climbed the hill behind the mill with a blanket, a lantern,
    and a bag of rolls. The sky was black and very clear. Marta Crumb began on the
    left, over the wood. "One, two, three," she said. "Four, five, six." At 200
    she ate a roll. At 500 her neck was stiff. At 731 a star fell down, and she
    cried out, "That one was counted already!" and had to begin again.

    "Perhaps," said Hazel, "they are not meant to be counted."

    "Everything can be counted," said her mother. But she lay back on the blanket,
    and for a while she said no number at all. The lighthouse turned its long arm
    over the sea, and over the roofs, and over the two of them.

    "Every 12 seconds," said Marta Crumb softly.

    "Mother!"

    "I am sorry. It is a habit."

    In the morning there were raisin buns, as always. Hazel bit into hers and
    counted. There were 15. She looked at her mother, and her mother looked at the
    ceiling, and whistled.

    Raisin buns, as Marta Crumb makes them
    You need:
    400 g of flour
    180 g of milk
    60 g of butter
    50 g of sugar
    100 g of raisins
    1 egg
    7 g of yeast
    A pinch of salt
    Warm the milk with the butter. Mix the yeast, the sugar and the flour, add the
    egg and the milk, and knead for 10 minutes. Let the dough rise for 60 minutes.
    Work in the raisins, make 10 round buns, and let them rise for 30 minutes.
    Brush them with milk and bake them for 18 minutes. Each bun gets 12 raisins,
    or a few more, if nobody is looking.

    Prices at the smithy, 6 February
    Horseshoe, with nails: €8.00
    Shoe for a donkey: €6.50
    Hinge, small: €2.20
    Hinge, large: €3.90
    Mending a kettle: €4.00
    Sharpening a knife: €1.50
    Sharpening the wits: ask Mr. Quill

    From the counting book of Marta Crumb
    Raisins in a bun: 12. Raisins in the bun of my daughter: 15. This stays
    between me and the book.
    Stars counted: 731. Stars not counted: the rest.
    Puddles between the bakery and the pump: 19, of which 4 are deep.
    Cards written on the 13th: 1. Cards thrown away before it: 6.
    Eggs broken by chance: 2. Eggs broken on purpose: 418.

    A letter from Ivy Penrose to her sister

    Pennywick, 17 February

    Dear Rose,

    You ask me what there is to do in a village of forty-one chimneys. I will tell
    you. I get up at 5. I sort the post by 6: on most days there are about 50
    letters, and 8 or 9 parcels. By 7 I have done the harbour, by 8 the high
    street, by 9 the mill. Then come the lighthouse and its 144 steps. In the
    afternoon I read the addresses of tomorrow.

    On the 14th I carried 23 cards with hearts on them. I may not say who sent
    them. I will only say that the blacksmith got 4, and blushed like his own
    iron, and that somebody with flour on her fingers went out to the lighthouse
    before sunrise and came back alone, humming.

    Come at Easter — there is a bed, and the roof is nearly dry.

    With love,
    Ivy

    The fox and the hedgehog

    In the wood behind Pennywick there lived a hedgehog whose name was Thimble.
    She slept all winter under a heap of leaves. In February she woke for a
    moment, because something wet was touching her. It was the nose of Russet the
    fox.

    "Good evening," said the fox. "I thought you were a bun."

    "I am not a bun," said the hedgehog. "What month is it?"

    "It is February."

    "Then I am not even awake. Good night."

    "Wait," said the fox. "I am cold, and you have a very fine heap of leaves. May
    I lie on it?"

    "You may lie beside it," said the hedgehog. "There is a rule. A hedgehog and a
    fox can share a heap of leaves if they keep a certain distance. Come too near,
    and you are pricked. Go too far, and you are cold."

    "And how does one find the right distance?" asked the fox.

    "One tries," said the hedgehog, and fell asleep.

    The fox lay down. He was cold. He moved nearer, and jumped, and said a word
    that I shall not write down. He moved away again. He tried it so and tried it
    so, half the night, a little nearer, a little farther, until at last there was
    warmth and no thorn. Then he laid his tail over his nose.

    In the morning he was still lying there, exactly so, and it had not snowed on
    either of them.

    Good neighbours know how near is near enough.

    At the café, Saturday afternoon

    "Zoé, what is the soup today?"
    "Leek and potato. It was leek yesterday, and potato the day before."
    "And tomorrow?"
    "Tomorrow is Sunday, and I am closed."
    "Then I will have two bowls, one for today and one for tomorrow."
    "You cannot eat tomorrow's soup today, Oswin."
    "Watch me," said the miller.

    How to mend a net
    Lay the net on the grass and look for the hole. Cut away the loose ends with a
    sharp knife, until every corner of the hole has two good strings. Fill your
    needle with twine. Begin at the top left. Go down through each mesh, make a
    knot, and keep the mesh as wide as two fingers. When you come to the end, turn
    and go back. A good man mends 3 holes in an hour. A good woman mends 4, and
    sings.

    A question from the smallest
    "Mr. Quill, what does the rain do when it isn't raining?"
    "It sits in the sea, and in the river, and in the leaves."
    "Doesn't it get bored there?"
    "It goes up now and again as mist, and looks at things from above."
    "And then?"
    "Then it sees something it likes, and comes down."
    "It must like us very much," said the smallest, and emptied out her boots.

    Riddles of Old Nell
    What has four legs in the morning and none in the evening? A chair by a cold
    fireplace.
    I have a face and two hands, but I cannot wash. What am I? A clock.
    What gets wetter the more it dries? A towel.
    Two sisters look out of one house all day, and never see each other. Who are
    they? Your eyes.
    What comes down but never goes up? The rain.

    The ferryman and the two goats

    Old Jory was the ferryman. His boat was so small that it carried one man and
    two goats, or two men and one goat, but never three of anything.

    One day a farmer came to the river Tam with two goats and a sack of cabbages.
    "How much to the other side?" he asked.

    "€1.00 for a man," said Jory, "€0.50 for a goat, and nothing for a cabbage."

    "Good," said the farmer. "Then I am a cabbage." And he pulled the sack over
    his head and sat down in the boat.

    Old Jory said not a word. He rowed to the middle of the river, and there he
    stopped, and put down the oars.

    "Why do we stop?" asked the sack.

    "The goats are looking hungry," said Jory. "I always give them the cabbages at
    this place, to keep them quiet."

    The farmer came out of his sack as quickly as he could. "Here is a euro," he
    said.

    "And another for the fright you gave the goats," said Old Jory, and he took up
    the oars again.

    Things that Mr. Quill wrote on the board in February
    February has 28 days, and in every fourth year 29.
    A herring has about 200 bones. Chew slowly.
    Rain is the sea, coming to visit the hills.
    The Tam is 27 kilometres long and nowhere deeper than 4 metres.
    A cat has 18 toes: 5 on each front foot and 4 on each back foot.
    If 3 hens lay 3 eggs in 3 days, how many eggs do 6 hens lay in 6 days? Twelve.

    A rhyme for rain
    Rain on the river and rain on the roof,
    Rain on the donkey from forelock to hoof,
    Rain on the washing and rain on the wall,
    Rain on the just and the rest of us all.
    Drip, says the gutter, and drop, says the drain,
    Drip, says the miller, and "What, again?"

    The council met on 25 February at 19:00. Present: Marta Crumb, Oswin Barley,
    Bram Holt, Mr. Quill, and Zoé Marchand. The weathercock shall be put back, and
    this time with 4 screws. The price of it is €12.00. The boat of the ferryman
    shall be green or blue; 2 were for green, 2 were for blue, and Mr. Quill asked
    for time to think. The council closed at 21:05.
    """#
}
